DROP INDEX "message_children";--> statement-breakpoint
CREATE INDEX "message_children" ON "message" USING btree ("user_id","conversation_id","parent_id","seq");