"""What the running server needs besides the nouns: rate budgets, and which migration it is at."""

from migrations.sql import run

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

UPGRADE = """
-- Unlogged: after a crash every client simply has its full budget again.
create unlogged table rate_budget (
  client_id uuid primary key,
  points double precision not null,
  filled_at timestamptz not null
);
alter table rate_budget enable row level security;
alter table rate_budget force row level security;
grant select, insert, update on rate_budget to rangkul_app;
create policy own on rate_budget to rangkul_app
  using (client_id = (select access.client())) with check (client_id = (select access.client()));

create function access.take_points(wanted double precision, per_minute double precision)
returns double precision language plpgsql volatile as $$
declare
  have double precision;
begin
  insert into rate_budget as b values (access.client(), per_minute, now())
  on conflict (client_id) do update set
    points = least(per_minute, b.points
      + extract(epoch from greatest(now() - b.filled_at, '0'))::double precision
        * per_minute / 60),
    filled_at = greatest(now(), b.filled_at)
  returning points into have;
  -- An operation dearer than the whole budget runs when the budget is full.
  if have >= least(wanted, per_minute) then
    update rate_budget b set points = have - wanted where b.client_id = access.client();
    return null;
  end if;
  return (least(wanted, per_minute) - have) * 60 / per_minute;
end $$;
comment on function access.take_points(double precision, double precision) is
  'Takes points from the calling client''s budget: null, or the seconds until they are there.';
revoke execute on function access.take_points(double precision, double precision) from public;
grant execute on function access.take_points(double precision, double precision) to rangkul_app;

-- The version table belongs to the owner; which revision it holds is no secret.
grant select on alembic_version to rangkul_rules;
create function access.revision() returns text language sql stable
security definer set search_path = pg_catalog, public, pg_temp
begin atomic
  select v.version_num from alembic_version v;
end;
alter function access.revision() owner to rangkul_rules;
comment on function access.revision() is 'The migration this database is at.';
revoke execute on function access.revision() from public;
grant execute on function access.revision() to rangkul_app;
"""

DOWNGRADE = """
drop function access.revision();
revoke select on alembic_version from rangkul_rules;
drop function access.take_points(double precision, double precision);
drop table rate_budget;
"""


def upgrade() -> None:
    run(UPGRADE)


def downgrade() -> None:
    run(DOWNGRADE)
