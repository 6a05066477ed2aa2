ALTER TABLE "shared_conversation" ADD COLUMN "is_shortened" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "shared_conversation" ADD COLUMN "rendered" jsonb;