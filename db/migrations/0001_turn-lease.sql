DROP INDEX "conversation_deleted";--> statement-breakpoint
ALTER TABLE "message" ADD COLUMN "lease_expires_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "message" ADD COLUMN "fence" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
CREATE INDEX "message_lease" ON "message" USING btree ("lease_expires_at") WHERE status = 'streaming';--> statement-breakpoint
CREATE INDEX "conversation_deleted" ON "conversation" USING btree ("deleted_at") WHERE deleted_at is not null;--> statement-breakpoint
-- A turn that was running when this came has no lease: it is ended like any other whose process died.
UPDATE "message" SET "lease_expires_at" = now() WHERE status = 'streaming';
