CREATE INDEX "verification_value" ON "verification" USING btree ("value");--> statement-breakpoint
UPDATE "user" SET "email_verified" = true;
