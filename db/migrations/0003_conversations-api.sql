CREATE TABLE "shared_conversation" (
	"share_id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"conversation_id" uuid NOT NULL,
	"title" text NOT NULL,
	"messages" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "shared_once" UNIQUE("user_id","conversation_id")
);
--> statement-breakpoint
DROP INDEX "conversation_newest";--> statement-breakpoint
ALTER TABLE "usage" ADD COLUMN "purpose" text DEFAULT 'answer' NOT NULL;--> statement-breakpoint
ALTER TABLE "usage" DROP CONSTRAINT "usage_user_id_turn_id_pk";--> statement-breakpoint
ALTER TABLE "usage" ADD CONSTRAINT "usage_user_id_turn_id_purpose_pk" PRIMARY KEY("user_id","turn_id","purpose");--> statement-breakpoint
ALTER TABLE "conversation" ADD COLUMN "titled_by" text DEFAULT 'question' NOT NULL;--> statement-breakpoint
ALTER TABLE "conversation" ADD COLUMN "search_words" "tsvector";--> statement-breakpoint
ALTER TABLE "message" ADD COLUMN "search_words" "tsvector";--> statement-breakpoint
ALTER TABLE "shared_conversation" ADD CONSTRAINT "shared_of_conversation" FOREIGN KEY ("user_id","conversation_id") REFERENCES "public"."conversation"("user_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "conversation_pinned" ON "conversation" USING btree ("user_id","updated_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE pinned and deleted_at is null and not temporary;--> statement-breakpoint
CREATE INDEX "conversation_temporary" ON "conversation" USING btree ("created_at") WHERE temporary;--> statement-breakpoint
CREATE INDEX "conversation_unsearched" ON "conversation" USING btree ("user_id") WHERE search_words is null;--> statement-breakpoint
CREATE INDEX "message_search" ON "message" USING gin ("search_words") WITH (fastupdate=false) WHERE search_words is not null;--> statement-breakpoint
CREATE INDEX "message_unsearched" ON "message" USING btree ("user_id") WHERE search_words is null and status <> 'streaming';--> statement-breakpoint
CREATE INDEX "conversation_newest" ON "conversation" USING btree ("user_id","archived","updated_at" DESC NULLS FIRST,"id" DESC NULLS FIRST) WHERE deleted_at is null and not temporary;