-- The source that a follow-up was asked with, put when it starts: until then what runs reads the resource's own. Null: it
-- brings none. With it, source_hash is what the resource had when it was asked.
alter table onceflow.follow_ups add column source json;
