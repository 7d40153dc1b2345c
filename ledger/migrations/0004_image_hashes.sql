-- Perceptual hashes of images, one row for each analysis whose standing result has them, written by its commit.
--
-- Search by Hamming distance without reading the table: a hash is four bands of 16 bits. If two hashes differ in at most
-- seven bits, they differ in at most one bit in at least one band, since two in each of four would be eight. So it is
-- enough to look up, in each band, its value and the 16 values one bit away, and to count bits only for what is found.
create table onceflow.image_hashes (
  kind text not null,
  resource_id text not null references onceflow.resources on delete restrict,
  incarnation integer not null,
  generation integer not null,
  owner text not null,
  phash64 bigint not null,
  dhash64 bigint not null,
  band_1 integer generated always as (((phash64 >> 48) & 65535)::integer) stored,
  band_2 integer generated always as (((phash64 >> 32) & 65535)::integer) stored,
  band_3 integer generated always as (((phash64 >> 16) & 65535)::integer) stored,
  band_4 integer generated always as ((phash64 & 65535)::integer) stored,
  primary key (kind, resource_id)
);
create index image_hashes_band_1 on onceflow.image_hashes (owner, band_1);
create index image_hashes_band_2 on onceflow.image_hashes (owner, band_2);
create index image_hashes_band_3 on onceflow.image_hashes (owner, band_3);
create index image_hashes_band_4 on onceflow.image_hashes (owner, band_4);
create index image_hashes_by_resource on onceflow.image_hashes (resource_id);

-- What was deleted is found no more.
create function onceflow.forget_image_hashes() returns trigger language plpgsql as $$
begin
  delete from onceflow.image_hashes where resource_id = new.resource_id;
  return null;
end $$;
create trigger resources_forget_image_hashes after update of deleted_at on onceflow.resources
  for each row when (old.deleted_at is null and new.deleted_at is not null)
  execute function onceflow.forget_image_hashes();
