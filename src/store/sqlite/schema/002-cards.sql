-- Cards and what belongs to them.

create table card (
  id text not null primary key,
  wallet_id text not null references wallet (id),
  agent_id text not null references agent (id),
  mandate_id text not null references mandate (id),
  issuer text not null check (issuer in ('sandbox', 'lithic', 'stripe')),
  token text,
  state text not null check (
    state in ('pending', 'active', 'frozen', 'consumed', 'settling', 'closed', 'failed')
  ),
  close_reason text check (
    close_reason in (
      'settled', 'voided', 'auth_expired', 'ttl', 'user_closed', 'mandate_revoked', 'withdrawn'
    )
  ),
  locked_units integer not null,
  fee_units integer not null check (fee_units >= 0),
  reserved_units integer not null check (reserved_units >= 0),
  held_units integer not null check (held_units >= 0),
  captured_units integer not null,
  shortfall_units integer not null check (shortfall_units between 0 and captured_units),
  released_units integer not null check (released_units >= 0),
  receivable_units integer not null check (receivable_units >= 0),
  suspense_units integer not null check (suspense_units >= 0),
  refunded_units integer not null check (refunded_units >= 0),
  dispute_credit_units integer not null check (dispute_credit_units >= 0),
  credited_units integer not null check (credited_units <= captured_units),
  work text not null check (work in ('fund', 'issue', 'mirror', 'none')),
  due_at_ms integer,
  body text not null,
  check (locked_units = captured_units - shortfall_units + released_units + held_units + reserved_units),
  check (state <> 'closed' or close_reason is not null)
) strict;
create unique index card_by_token on card (issuer, token) where token is not null;
create index card_by_wallet on card (wallet_id, id);
create index card_by_agent on card (wallet_id, agent_id, id);
create index card_by_mandate on card (wallet_id, mandate_id, id);
create index card_working on card (wallet_id, id) where work <> 'none';
create index card_due on card (wallet_id, due_at_ms) where due_at_ms is not null;

-- What belongs to a card is named by the card and by what the network calls it.
create table hold (
  id text not null primary key check (id = card_id || '/' || auth),
  wallet_id text not null,
  card_id text not null references card (id),
  auth text not null,
  state text not null check (state in ('open', 'ended', 'declined', 'unseen')),
  authorized_units integer not null check (authorized_units >= 0),
  held_units integer not null check (held_units >= 0),
  captured_units integer not null check (captured_units >= 0),
  body text not null,
  check (state in ('open', 'unseen') or held_units = 0)
) strict;
create index hold_by_card on hold (card_id, id);

create table event (
  id text not null primary key check (substr(id, 1, length(card_id) + 1) = card_id || '/'),
  wallet_id text not null,
  card_id text not null references card (id),
  seq integer not null check (seq > 0),
  body text not null,
  unique (card_id, seq)
) strict;

create table challenge (
  id text not null primary key check (id = card_id || '/' || ref),
  wallet_id text not null,
  card_id text not null references card (id),
  ref text not null,
  state text not null check (state in ('open', 'passed', 'used', 'failed', 'expired')),
  created_at_ms integer not null,
  body text not null
) strict;
create index challenge_by_card on challenge (card_id, created_at_ms, id);

create table payback (
  id text not null primary key,
  wallet_id text not null,
  card_id text not null references card (id),
  state text not null check (state in ('waiting', 'due', 'sent', 'settled', 'cancelled')),
  amount_units integer not null check (amount_units > 0),
  fee_units integer not null check (fee_units between 0 and amount_units),
  nonce text not null unique,
  body text not null
) strict;
create index payback_open on payback (wallet_id, id) where state in ('due', 'sent');

create table reveal (
  id text not null primary key check (id = token_hash),
  wallet_id text not null,
  card_id text not null references card (id),
  token_hash text not null,
  state text not null check (state in ('open', 'used')),
  body text not null
) strict;

create table roster (
  id text not null primary key,
  wallet_id text not null,
  body text not null
) strict, without rowid;

-- A wallet has two accounts for each card it ever made; those that hold nothing any more are not looked at.
create index account_own on account (wallet_id) where instr(kind, ':') = 0;
create index account_of_card on account (wallet_id) where instr(kind, ':') > 0 and credits_posted_units > debits_posted_units;

create trigger event_no_update before update on event begin select raise(abort, 'an event is never changed'); end;
create trigger event_no_delete before delete on event begin select raise(abort, 'an event is never deleted'); end;
