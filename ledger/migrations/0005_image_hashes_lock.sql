-- To check this reference, a commit would lock the resource while it holds the analysis: crosswise to a deletion, which
-- holds the resource and waits for its analyses. Resources leave tombstones, so there is nothing to check: and what was
-- deleted, its commit is refused under the analysis' lock.
alter table onceflow.image_hashes drop constraint image_hashes_resource_id_fkey;
