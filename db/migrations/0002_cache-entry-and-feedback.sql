ALTER TABLE "message" ADD COLUMN "cache_entry" jsonb;--> statement-breakpoint
ALTER TABLE "message" ADD COLUMN "helpful" boolean;--> statement-breakpoint
ALTER TABLE "message" ADD COLUMN "feedback_comment" text;