"""A visit is put under an item of one's own plan, or of none: asked when it is given, and not of a
visit that already has one, since a lead need not see a contributor's plan to move its visit."""

from migrations.sql import run

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

UPGRADE = """
create function access.keep_planned() returns trigger language plpgsql as $$
begin
  if new.plan_item_id is distinct from old.plan_item_id and new.plan_item_id is not null
     and not exists (
       select from oversight_plan_item i join oversight_plan p on p.id = i.plan_id
       where i.id = new.plan_item_id and p.organisation_id = access.me()) then
    raise exception 'a visit counts for a plan of whoever says so'
      using errcode = 'check_violation', constraint = 'visit_own_plan';
  end if;
  return new;
end $$;
comment on function access.keep_planned() is
  'A visit is put under an item of one''s own plan, or of none.';
revoke execute on function access.keep_planned() from public;
create trigger keep_planned before update of plan_item_id on visit for each row
  execute function access.keep_planned();
"""

DOWNGRADE = """
drop trigger keep_planned on visit;
drop function access.keep_planned();
"""


def upgrade() -> None:
    run(UPGRADE)


def downgrade() -> None:
    run(DOWNGRADE)
