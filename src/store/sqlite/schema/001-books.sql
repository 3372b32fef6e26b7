-- A record is its typed columns and, where it has one, the rest of it as canonical JSON in `body`.
-- Typed is what a constraint guards, an index serves, or SQL adds up. Times are milliseconds, money is atomic units.

create table wallet (
  id text not null primary key,
  body text not null
) strict;

create table agent (
  id text not null primary key,
  wallet_id text not null references wallet (id),
  token_hash text not null unique,
  body text not null
) strict;
create index agent_by_wallet on agent (wallet_id, id);

create table mandate (
  id text not null primary key,
  wallet_id text not null references wallet (id),
  agent_id text not null references agent (id),
  state text not null check (state in ('pending_signature', 'signed', 'rejected', 'revoked', 'expired')),
  body text not null
) strict;
create index mandate_by_wallet on mandate (wallet_id, id);
create index mandate_by_agent on mandate (wallet_id, agent_id, id);

create table terms (
  id text not null primary key,
  wallet_id text not null references wallet (id),
  mandate_id text not null references mandate (id),
  version integer not null check (version > 0),
  body text not null,
  unique (mandate_id, version)
) strict;

create table approval (
  id text not null primary key,
  wallet_id text not null references wallet (id),
  state text not null check (state in ('open', 'signed')),
  nonce text not null unique,
  body text not null
) strict;
create index approval_by_wallet on approval (wallet_id, id);

create table payment (
  id text not null primary key,
  wallet_id text not null references wallet (id),
  agent_id text not null references agent (id),
  mandate_id text not null references mandate (id),
  state text not null check (state in ('denied', 'reserved', 'settled', 'released')),
  refusal text,
  body text not null,
  nonce text generated always as (body ->> '$.authorization.nonce') virtual,
  evidence text generated always as (body ->> '$.evidence') virtual,
  card_id text generated always as (body ->> '$.cardId') virtual,
  valid_before integer generated always as (body ->> '$.authorization.validBeforeSeconds') virtual,
  check (state = 'denied' or nonce is not null)
) strict;
create unique index payment_by_nonce on payment (nonce) where nonce is not null;
create index payment_by_wallet on payment (wallet_id, id);
create index payment_by_agent on payment (wallet_id, agent_id, id);
create index payment_by_mandate on payment (wallet_id, mandate_id, id);
create index payment_by_card on payment (card_id, id) where card_id is not null;
create index payment_open on payment (wallet_id, id) where state = 'reserved';
create index payment_ending on payment (wallet_id, valid_before) where state = 'reserved';
create index payment_confirmed on payment (wallet_id, id) where state = 'reserved' and evidence = 'confirmed';

-- An idempotency key: its id is the agent and the key, so that a key is used once.
create table request (
  id text not null primary key,
  wallet_id text not null,
  body text not null
) strict;

create table reply (
  id text not null primary key references request (id),
  wallet_id text not null,
  status integer not null,
  headers text not null,
  body_base64 text,
  receipt text,
  created_at_ms integer not null
) strict;

create table counter (
  id text not null primary key,
  wallet_id text not null,
  mandate_id text not null,
  window text not null,
  cap_units integer not null,
  cap_count integer not null,
  reserved_units integer not null check (reserved_units >= 0),
  settled_units integer not null check (settled_units >= 0),
  count integer not null check (count >= 0),
  check (reserved_units + settled_units <= cap_units),
  check (count <= cap_count)
) strict, without rowid;

create table velocity (
  id text not null primary key,
  wallet_id text not null,
  body text not null
) strict, without rowid;

-- The id begins with the wallet's, so that a wallet's accounts lie side by side.
create table account (
  id text not null primary key check (id = wallet_id || '/' || asset_id || '/' || kind),
  wallet_id text not null,
  asset_id text not null,
  kind text not null check (
    kind in ('wallet', 'world', 'funding', 'network', 'return', 'receivable', 'suspense', 'fees')
    or kind glob 'reserved:card_?*' or kind glob 'held:card_?*'
  ),
  debits_pending_units integer not null check (debits_pending_units >= 0),
  debits_posted_units integer not null check (debits_posted_units >= 0),
  credits_pending_units integer not null check (credits_pending_units >= 0),
  credits_posted_units integer not null check (credits_posted_units >= 0),
  -- Only what is outside may be below nothing: money on its way, and what others owe or are owed.
  check (
    kind in ('world', 'funding', 'network', 'receivable')
    or credits_posted_units - debits_posted_units - debits_pending_units >= 0
  )
) strict, without rowid;

create table transfer (
  id text not null primary key,
  wallet_id text not null,
  kind text not null check (kind in ('posted', 'pending', 'post', 'void')),
  debit_account_id text not null references account (id),
  credit_account_id text not null references account (id),
  asset_id text not null,
  amount_units integer not null check (amount_units > 0),
  pending_id text references transfer (id),
  subject_id text not null,
  at_ms integer not null,
  check (debit_account_id <> credit_account_id),
  check ((kind in ('post', 'void')) = (pending_id is not null))
) strict;
create unique index transfer_ending on transfer (pending_id) where pending_id is not null;

create table deposit (
  id text not null primary key,
  wallet_id text not null,
  body text not null
) strict;

create table pin (
  id text not null primary key,
  wallet_id text not null,
  body text not null
) strict;

create table cursor (
  id text not null primary key,
  wallet_id text not null,
  body text not null
) strict;

create table entry (
  id text generated always as (chain || '/' || seq) virtual,
  chain text not null,
  seq integer not null check (seq > 0),
  kind text not null,
  subject_id text not null,
  actor text not null,
  at_ms integer not null,
  body text not null,
  prev_hash text not null check (length(prev_hash) = 64),
  hash text not null check (length(hash) = 64),
  primary key (chain, seq)
) strict;

create table head (
  id text not null primary key,
  seq integer not null check (seq > 0),
  hash text not null check (length(hash) = 64)
) strict, without rowid;

create table checkpoint (
  id text not null primary key,
  chain text not null,
  size integer not null check (size > 0),
  body text not null,
  unique (chain, size)
) strict;

-- What was written once stays as it is; a correction is a new record.
create trigger terms_no_update before update on terms begin select raise(abort, 'terms are never changed'); end;
create trigger terms_no_delete before delete on terms begin select raise(abort, 'terms are never deleted'); end;
create trigger transfer_no_update before update on transfer begin select raise(abort, 'a transfer is never changed'); end;
create trigger transfer_no_delete before delete on transfer begin select raise(abort, 'a transfer is never deleted'); end;
create trigger deposit_no_update before update on deposit begin select raise(abort, 'a deposit is never changed'); end;
create trigger deposit_no_delete before delete on deposit begin select raise(abort, 'a deposit is never deleted'); end;
create trigger entry_no_update before update on entry begin select raise(abort, 'an entry is never changed'); end;
create trigger entry_no_delete before delete on entry begin select raise(abort, 'an entry is never deleted'); end;
create trigger checkpoint_no_update before update on checkpoint begin select raise(abort, 'a checkpoint is never changed'); end;
create trigger checkpoint_no_delete before delete on checkpoint begin select raise(abort, 'a checkpoint is never deleted'); end;
