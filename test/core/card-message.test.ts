import { expect, test } from 'vitest';
import type { CardControls } from '../../src/core/card/card.ts';
import { DECLINES } from '../../src/core/card/decline.ts';
import { EXCEPTIONS } from '../../src/core/card/network.ts';
import { play } from './card-script.ts';
import { HOUR_MS } from './card-world.ts';

/** What a card may be told when it is made, by the name that a case has for it. */
const OPTIONS: Readonly<Record<string, Partial<CardControls>>> = {
  bigProbes: { probeMaxUnits: 25_000_000n },
  only5734: { allowedMccs: ['5734'] },
  onlyUS: { allowedCountries: ['US'] },
  onlySaaS: { merchantLock: 'SaaS Store' },
  only9: { merchantLock: '9' },
  onlyUSandSaaS: { allowedCountries: ['US'], merchantLock: 'SaaS Store' },
  partial: { allowsPartialApproval: true },
  reopens: { reopensOnFullReversal: true },
  keeps: { lateReserveMs: 240 * HOUR_MS },
  needs3ds: { requires3ds: true },
};

/** One line a case: what is promised: what happens to a card of 25 dollars [its option] => where that leads. */
const TABLE = `
# Captures
the exact amount is taken and the card closes: ask a1 2500 | clear a1 2500 => closed settled captured=2500
what is not captured goes back: ask a1 2500 | clear a1 1800 => closed settled captured=1800 released=700
nothing goes back before the last capture: ask a1 2400 | part a1 1000 => settling captured=1000 held=1400 reserved=100
a second capture is taken from a used card: ask a1 2400 | part a1 1000 | clear a1 1400 => closed settled captured=2400 released=100
a hold of nothing still waits for its last capture: ask a1 1000 | part a1 1000 => settling captured=1000 reserved=1500
the rest goes back when the hold ends by time: ask a1 2400 | part a1 1000 | wait 169 => closed settled captured=1000 released=1500
above what was authorized, inside the lock: ask a1 2000 | clear a1 2400 => closed settled captured=2400 released=100 / over_capture
above the lock the issuer carries it: ask a1 2500 | clear a1 2900 => closed settled captured=2900 receivable=400 / over_capture shortfall
the sum is compared with what was authorized: ask a1 2000 | part a1 1500 | clear a1 600 => closed settled captured=2100 released=400 / over_capture
a capture above what a reversal left is one: ask a1 2000 | reverse a1 500 | clear a1 1600 => closed settled captured=1600 released=900 / over_capture
a capture of nothing is a reversal: ask a1 2500 | clear a1 0 => closed voided released=2500
a capture of nothing that is not the last is nothing: ask a1 2500 | part a1 0 => consumed held=2500
another merchant than authorized is an exception: ask a1 2500 | clear a1 2500 at=Other => closed settled captured=2500 / merchant_mismatch
the same merchant in other letters is none: ask a1 2500 | clear a1 2500 at=SAAS*STORE => closed settled captured=2500
the same id is the same merchant: ask a1 2500 mid=9 | clear a1 2500 at=Other mid=9 => closed settled captured=2500

# One use
a second charge is refused: ask a1 1000 | ask a2 1000 => consumed held=1000 reserved=1500 / a2:card_used
a charge after the last capture is refused: ask a1 1000 | clear a1 1000 | ask a2 1 => closed settled captured=1000 released=1500 / a2:card_closed
a charge above the lock does not use the card: ask a1 2501 | ask a2 2500 => consumed held=2500 / a1:amount_exceeds_locked
the same message is the same charge: ask a1 2000 id=n1 | ask a1 2000 id=n1 => consumed held=2000 reserved=500
the same authorization in another message holds once: ask a1 2000 | ask a1 2000 => consumed held=2000 reserved=500
another amount under a known name is another charge: ask a1 2000 | ask a1 2100 => consumed held=2000 reserved=500 / a1:card_used
a declined authorization is decided anew: ask a1 9000 | ask a1 2000 => consumed held=2000 reserved=500 / a1:amount_exceeds_locked

# Verifications and probes
nothing is approved three times: ask v1 0 | ask v2 0 for=verification | ask v3 0 | ask v4 0 => active reserved=2500 / v4:verification_limit
a balance inquiry moves nothing: ask b1 0 for=balance_inquiry => active reserved=2500
what was approved for nothing has nothing to reverse: ask v1 0 | reverse v1 => active reserved=2500
a probe is not the use: ask v1 100 => active held=100 reserved=2400
a probe gives way to the whole lock: ask v1 100 | ask a1 2500 => consumed held=2500
a probe stays where there is room: ask v1 100 | ask a1 2400 => consumed held=2500
a probe that stays does not delay closing: ask v1 100 | ask a1 2400 | clear a1 2400 => closed settled captured=2400 released=100
one probe at a time: ask v1 100 | ask v2 100 => active held=100 reserved=2400 / v2:verification_limit
three probes in all: ask v1 99 | reverse v1 | ask v2 99 | reverse v2 | ask v3 99 | reverse v3 | ask v4 99 => active reserved=2500 / v4:verification_limit
a captured probe is the use: ask v1 100 | clear v1 100 | ask a1 2000 => closed settled captured=100 released=2400 / a1:card_closed
a probe that is captured in part is the use: ask v1 100 | part v1 50 | ask a1 2000 => settling captured=50 held=50 reserved=2400 / a1:card_used
a probe that is completed with nothing is not: ask v1 100 | clear v1 0 | ask a1 2500 => consumed held=2500
a probe beside the charge is captured, and the charge still open: ask v1 100 | ask a1 2000 | clear v1 100 => consumed captured=100 held=2000 reserved=400
a probe that gave way is captured late: ask v1 100 | ask a1 2500 | clear a1 2500 | clear v1 100 => closed settled captured=2600 receivable=100 / late_clearing shortfall
the whole lock is never a probe: ask a1 2500 [bigProbes] => consumed held=2500
a dollar in one message is the use: ask a1 100 for=financial => closed settled captured=100 released=2400
probes end by time: ask v1 100 until=1 | wait 2 => active reserved=2500

# What the card takes
cash: ask a1 100 for=cash mcc=6011 => active reserved=2500 / a1:cash_not_allowed
a blocked kind of merchant: ask a1 100 mcc=5542 => active reserved=2500 / a1:mcc_not_allowed
a kind of merchant that is not listed: ask a1 9 mcc=5999 | ask a2 9 mcc=none | ask a3 9 [only5734] => active held=9 reserved=2491 / a1:mcc_not_allowed a2:mcc_not_allowed
an unknown kind of merchant fails no block list: ask a1 2500 mcc=none => consumed held=2500
a country that is not listed: ask a1 9 in=NG | ask a2 9 | ask a3 9 in=US [onlyUS] => active held=9 reserved=2491 / a1:country_not_allowed a2:country_not_allowed
another merchant than it is locked to: ask a1 2500 at=Other | ask a2 2500 at=saas-store [onlySaaS] => consumed held=2500 / a1:merchant_not_allowed
a merchant by its id: ask a1 2500 mid=8 | ask a2 2500 mid=9 [only9] => consumed held=2500 / a1:merchant_not_allowed
a charge that the merchant starts: ask a1 2000 by=merchant => active reserved=2500 / a1:merchant_initiated_not_allowed
a code that is not sent does not count: ask a1 9 code=absent | ask a2 9 code=absent | ask a3 9 code=absent => active reserved=2500 / a1:cvv_required a2:cvv_required a3:cvv_required
the third wrong code or date freezes: ask a1 9 code=mismatch | ask a2 9 expiry=mismatch | ask a3 9 code=mismatch | ask a4 9 => frozen reserved=2500 / a1:cvv_mismatch a2:expiry_mismatch a3:cvv_mismatch a4:card_frozen
wrong codes that the network saw count too: declined a1 9 why=cvv_mismatch | declined a2 9 code=mismatch | ask a3 9 code=mismatch => frozen reserved=2500 / a1:cvv_mismatch a2:cvv_mismatch a3:cvv_mismatch
a no of the network has its own reason, ours, or the plainest: declined a1 9 why=issuer_timeout | declined a2 9000 | declined a3 9 => active reserved=2500 / a1:issuer_timeout a2:amount_exceeds_locked a3:merchant_not_allowed
the code goes before the date, cash before the kind: ask a1 9 code=mismatch expiry=mismatch | ask a2 9 for=cash mcc=6011 in=NG => active reserved=2500 / a1:cvv_mismatch a2:cash_not_allowed
the kind, the country, the merchant, then who starts: ask a1 9 mcc=7995 in=NG | ask a2 9 in=NG at=X | ask a3 9 in=US at=X by=merchant | ask a4 0 in=US by=merchant [onlyUSandSaaS] => active reserved=2500 / a1:mcc_not_allowed a2:country_not_allowed a3:merchant_not_allowed a4:merchant_initiated_not_allowed

# Partial approval
in part where card and terminal allow it: ask a1 3000 partial=yes | clear a1 2500 [partial] => closed settled captured=2500 / a1:2500
not in part at a terminal that cannot: ask a1 3000 [partial] => active reserved=2500 / a1:amount_exceeds_locked
not in part by default: ask a1 3000 partial=yes => active reserved=2500 / a1:amount_exceeds_locked
in part with the probe giving way: ask v1 100 | ask a1 3000 partial=yes [partial] => consumed held=2500 / a1:2500

# Increments
more inside the lock: ask a1 1500 | more a1 500 | clear a1 2000 => closed settled captured=2000 released=500
more than the lock: ask a1 1500 | more a1 1001 => consumed held=1500 reserved=1000 / a1:amount_exceeds_locked
more on nothing: more a1 500 => active reserved=2500 / a1:original_not_found
more on what ended: ask v1 100 | reverse v1 | more v1 100 => active reserved=2500 / v1:original_not_found
more on a closed card: ask a1 1500 | close | more a1 500 => closed user_closed held=1500 reserved=1000 / a1:card_closed
a probe that grows is the use: ask v1 100 | more v1 900 | ask a1 1000 => consumed held=1000 reserved=1500 / a1:card_used
a probe that grows within a dollar is none: ask v1 50 | more v1 50 => active held=100 reserved=2400
a probe of a used card grows no more: ask v1 50 | ask a1 1000 | more v1 10 => consumed held=1050 reserved=1450 / v1:card_used
a probe does not grow past 3-D Secure: challenge t1 100 | passed t1 | ask v1 100 | more v1 900 [needs3ds] => active held=100 reserved=2400 / v1:threeds_required
probes give way to more: ask v1 100 | ask a1 2000 | more a1 500 => consumed held=2500
what the network adds for us cannot be refused: ask a1 2000 | more a1 900 mode=advice | clear a1 2900 => closed settled captured=2900 receivable=400 / standin_uncovered shortfall
what the network adds to nothing is not covered: more a1 900 mode=advice => active reserved=2500 / standin_uncovered

# Reversals, ends, late answers
a full reversal closes the card: ask a1 2500 | reverse a1 | ask a2 2500 => closed voided released=2500 / a2:card_closed
a reversal in part stays on the card: ask a1 2500 | reverse a1 700 => consumed held=1800 reserved=700
a reversal of more than is left is a full one: ask a1 2500 | reverse a1 9000 => closed voided released=2500
a reversal after a capture in part gives back the rest: ask a1 2400 | part a1 1000 | reverse a1 => closed settled captured=1000 released=1500
a reversal of what was captured does nothing: ask a1 1000 | clear a1 1000 | reverse a1 => closed settled captured=1000 released=1500 / reversal_unmatched
a reversal of nothing does nothing: reverse a1 => active reserved=2500 / reversal_unmatched
a reversal of what was declined is no exception: ask a1 9000 | reverse a1 => active reserved=2500 / a1:amount_exceeds_locked
the option to reopen locks to that merchant: ask a1 2500 | reverse a1 | ask a2 2500 at=Other | ask a3 2500 [reopens] => consumed held=2500 / a2:merchant_not_allowed
nothing reopens after a capture: ask a1 2500 | part a1 100 | reverse a1 [reopens] => closed settled captured=100 released=2400
nothing reopens after the time limit: ask a1 2500 | wait 25 | reverse a1 [reopens] => closed voided released=2500
nothing reopens under a revoked mandate: ask a1 2500 | revoke | reverse a1 [reopens] => closed mandate_revoked released=2500
the network ends a hold: ask a1 2500 | expire a1 | expire a1 => closed auth_expired released=2500
the end of nothing is an exception: expire a1 => active reserved=2500 / reversal_unmatched
time ends a hold: ask a1 2500 | wait 168 => closed auth_expired released=2500
not a moment before: ask a1 2500 | wait 167.9 => consumed held=2500
some merchants have longer: ask a1 2500 mcc=7011 | wait 743 => consumed held=2500
the network may say how long: ask a1 2500 until=2 | wait 2 => closed auth_expired released=2500
an approval that came too late never was: ask a1 2500 | late a1 | ask a2 2500 => consumed held=2500
the same charge again after that: ask a1 2500 | late a1 | ask a1 2500 => consumed held=2500
too late, and past the time limit: ask a1 2500 | wait 25 | late a1 => closed ttl released=2500
too late, and captured all the same: ask a1 2500 | late a1 | clear a1 2500 => closed settled captured=2500 / clearing_after_decline
a late probe is free again: ask v1 100 | late v1 => active reserved=2500
too late for what was captured changes nothing: ask a1 2500 | part a1 100 | late a1 => settling captured=100 held=2400 / reversal_unmatched
a late answer to one message undoes its capture: ask a1 1000 for=financial | late a1 => closed settled released=2500
unless it was credited already: ask a1 1000 for=financial | refund c 1000 | late a1 => closed settled captured=1000 released=1500 refunded=1000 / reversal_unmatched
a late answer to nothing is nothing: late a1 => active reserved=2500

# Kept for late captures
money is kept for a late capture: ask a1 2000 | wait 169 [keeps] => closed auth_expired reserved=2500
which takes it: ask a1 2000 | wait 169 | clear a1 2000 | wait 240 [keeps] => closed auth_expired captured=2000 released=500 / late_clearing
and goes back after that time: ask a1 2000 | wait 408 [keeps] => closed auth_expired released=2500
without it the issuer carries the late capture: ask a1 2000 | wait 169 | clear a1 2000 => closed auth_expired captured=2000 released=2500 receivable=2000 / late_clearing shortfall
a force post takes from it: ask a1 2000 | wait 169 | clear - 600 | wait 240 [keeps] => closed auth_expired captured=600 released=1900 / force_post

# Approved for us
inside the lock: advice a1 2000 | ask a2 300 | clear a1 2000 => closed settled captured=2000 released=500 / a2:card_used
above the lock: advice a1 3000 | clear a1 3000 => closed settled captured=3000 receivable=500 / standin_uncovered shortfall
a reversal in part of what was not covered: advice a1 3000 | reverse a1 500 | clear a1 2500 => closed settled captured=2500 / standin_uncovered
probes give way: ask v1 100 | advice a1 2500 => consumed held=2500
on a closed card: close | advice a1 1000 | clear a1 1000 => closed user_closed captured=1000 released=2500 receivable=1000 / standin_uncovered shortfall
on a used card nothing is held: ask a1 2000 | advice a2 300 => consumed held=2000 reserved=500 / standin_uncovered
and it does not delay closing: ask a1 2000 | advice a2 300 | clear a1 2000 | clear a2 300 => closed settled captured=2300 released=500 receivable=300 / standin_uncovered shortfall
captured before closing it takes what is free: ask a1 2000 | advice a2 300 | clear a2 300 | clear a1 2000 => closed settled captured=2300 released=200 / standin_uncovered
on a frozen card it is the use: freeze | advice a1 2000 | ask a2 100 => consumed held=2000 reserved=500 / a2:card_used
of nothing is nothing: advice a1 0 | ask a2 2500 => consumed held=2500
of what we approved is known: ask a1 2000 | advice a1 2000 => consumed held=2000 reserved=500
and we do not approve what it approved uncovered: ask a1 2000 | advice a2 300 | ask a2 300 => consumed held=2000 reserved=500 / a2:card_used / standin_uncovered
of what we declined is booked: ask a1 3000 | advice a1 3000 => consumed held=2500 / a1:amount_exceeds_locked / standin_uncovered
of what came too late is booked: ask a1 2000 | late a1 | advice a1 2000 => consumed held=2000 reserved=500
in one message is captured: advice a1 3000 for=financial => closed settled captured=3000 receivable=500 / standin_uncovered shortfall

# Notices
a notice of what is known changes nothing: ask a1 2000 | notice a1 2500 => consumed held=2000 reserved=500
nor of what ended: ask a1 2000 | reverse a1 | notice a1 2000 => closed voided released=2500
nor of what was declined: ask a1 9000 | notice a1 2000 => active reserved=2500 / a1:amount_exceeds_locked
one of what is not known is booked: notice a1 2000 | ask a2 100 => consumed held=2000 reserved=500 / a2:card_used
a capture before its notice is the use: clear a1 2000 | notice a1 2000 => closed settled captured=2000 released=500 / clearing_unmatched
a capture in part before its notice too: part a1 1000 | notice a1 2000 | ask a2 100 => settling captured=1000 reserved=1500 / a2:card_used / clearing_unmatched
its second capture is the same use: part a1 1000 | clear a1 500 => closed settled captured=1500 released=1000 / clearing_unmatched
it can be reversed: part a1 1000 | reverse a1 500 => closed settled captured=1000 released=1500 / clearing_unmatched
on a used card it takes what is free: ask a1 2000 | clear a2 800 | clear a1 1500 => closed settled captured=2300 released=200 / clearing_unmatched shortfall

# Without an authorization
a force post is the use: clear - 1200 | ask a1 500 => closed settled captured=1200 released=1300 / a1:card_closed / force_post
with a probe giving way: ask v1 100 | clear - 2500 => closed settled captured=2500 / force_post
on a closed card the issuer carries it: ask a1 2500 | clear a1 2500 | clear - 900 => closed settled captured=3400 receivable=900 / force_post shortfall
on a used card it never takes what is held: ask a1 2000 | clear - 800 => consumed captured=800 held=2000 receivable=300 / force_post shortfall
what is unused repays it before anything goes back: ask a1 2000 | clear - 800 | clear a1 1500 => closed settled captured=2300 released=200 / force_post shortfall
a force post of nothing is nothing: clear - 0 => active reserved=2500
a capture after a no is the use: ask a1 3000 | clear a1 3000 => closed settled captured=3000 receivable=500 / a1:amount_exceeds_locked / clearing_after_decline shortfall
a second capture on what was captured is late: ask a1 2000 | clear a1 2000 | clear a1 100 => closed settled captured=2100 released=500 receivable=100 / late_clearing shortfall
a late capture of a reversed probe is the use: ask v1 100 | reverse v1 | clear v1 100 => closed settled captured=100 released=2400 / late_clearing

# Credits
a refund after closing goes to the wallet: ask a1 2000 | clear a1 2000 | refund c 2000 | ask a2 100 => closed settled captured=2000 released=500 refunded=2000 / a2:card_closed
above what was captured it waits: ask a1 1000 | clear a1 1000 | refund c 1200 => closed settled captured=1000 released=1500 refunded=1000 suspense=200 / unmatched_credit
a second refund of the same waits: ask a1 1000 | clear a1 1000 | refund c 1000 | refund c 1000 => closed settled captured=1000 released=1500 refunded=1000 suspense=1000 / unmatched_credit
on a card that was never used it waits: wait 25 | refund - 700 => closed ttl released=2500 suspense=700 / unmatched_credit
before its capture it waits for it: ask a1 2000 | refund a1 2000 => consumed held=2000 reserved=500 suspense=2000 / early_credit
and goes to the wallet with it: ask a1 2000 | refund a1 2000 | clear a1 2000 => closed settled captured=2000 released=500 refunded=2000 / early_credit
of what ended it is unmatched: ask v1 100 | reverse v1 | ask a1 2000 | refund v1 100 => consumed held=2000 reserved=500 suspense=100 / unmatched_credit
it repays the issuer first: ask a1 2500 | clear a1 2900 | refund c 1000 => closed settled captured=2900 refunded=600 / over_capture shortfall
what waited repays the issuer first: ask a1 2500 | refund a1 500 | clear a1 2900 => closed settled captured=2900 refunded=100 / early_credit over_capture shortfall
a refund that is taken back is the issuer’s: ask a1 2000 | clear a1 2000 | refund c 2000 | unrefund r 2000 => closed settled captured=2000 released=500 refunded=2000 receivable=2000 / refund_reversed shortfall
and repaid by the next one: ask a1 2000 | clear a1 2000 | refund c 2000 | unrefund r 2000 | refund c 2000 => closed settled captured=2000 released=500 refunded=2000 / refund_reversed shortfall
from what waits first: ask a1 1000 | clear a1 1000 | refund c 1200 | unrefund r 1200 => closed settled captured=1000 released=1500 refunded=1000 receivable=1000 / unmatched_credit refund_reversed shortfall
taken back before it came: ask a1 1000 | clear a1 1000 | unrefund r 500 | refund c 500 => closed settled captured=1000 released=1500 / refund_reversed shortfall
a dispute that is won comes back: ask a1 2500 | clear a1 2500 | dispute opened 2500 | dispute won 2500 => closed settled captured=2500 disputed=2500
one that is lost does not: ask a1 2500 | clear a1 2500 | dispute opened 2500 | dispute lost 2500 => closed settled captured=2500
never a refund and a dispute: ask a1 2500 | clear a1 2500 | refund c 2000 | dispute won 2500 => closed settled captured=2500 refunded=2000 disputed=500 / dispute_already_credited
nor a dispute and a refund: ask a1 2500 | clear a1 2500 | dispute won 2500 | refund c 2500 => closed settled captured=2500 disputed=2500 suspense=2500 / unmatched_credit
a dispute repays the issuer: ask a1 2500 | clear a1 2900 | dispute won 400 => closed settled captured=2900 / over_capture shortfall

# 3-D Secure
a passed challenge is needed: ask a1 2500 | challenge t1 2500 | ask a2 2500 | passed t1 | ask a3 2500 [needs3ds] => consumed held=2500 / a1:threeds_required a2:threeds_required
it is good for its merchant: challenge t1 2500 | passed t1 | ask a1 2500 at=Evil [needs3ds] => active reserved=2500 / a1:threeds_required
for as much: challenge t1 2000 | passed t1 | ask a1 2001 [needs3ds] => active reserved=2500 / a1:threeds_required
in time: challenge t1 2500 | wait 1 | passed t1 | ask a1 2500 [needs3ds] => active reserved=2500 / a1:threeds_required
passed in time and used too late: challenge t1 2500 | passed t1 | wait 1 | ask a1 2500 [needs3ds] => active reserved=2500 / a1:threeds_required
once: challenge t1 2500 | passed t1 | ask a1 2500 | late a1 | ask a2 2500 [needs3ds] => active reserved=2500 / a2:threeds_required
not after it failed: challenge t1 2500 | failed t1 | passed t1 | ask a1 2500 [needs3ds] => active reserved=2500 / a1:threeds_required
by its name where it is named: challenge t1 2500 | passed t1 | ask a1 2500 challenge=t2 | ask a2 2500 challenge=t1 [needs3ds] => consumed held=2500 / a1:threeds_required
a verification needs none: ask v1 0 [needs3ds] => active reserved=2500
a used card takes no challenge: ask a1 2500 | challenge t1 2500 => consumed held=2500 / t1:card_used
a challenge that is over when it comes is none: challenge t1 2500 until=0 | passed t1 | ask a1 2500 [needs3ds] => active reserved=2500 / a1:threeds_required

# Time, closing, freezing, withdrawing
the time limit closes an unused card: wait 24 | ask a1 2500 => closed ttl released=2500 / a1:card_closed
with its probe: ask v1 100 | wait 24 => closed ttl released=2500
a frozen one too: freeze | wait 24 => closed ttl released=2500
a used card settles on after it: ask a1 2000 | wait 30 | ask a2 100 | clear a1 2000 => closed settled captured=2000 released=500 / a2:card_used
closing twice is harmless: close | close => closed user_closed released=2500
closed with a hold, the money waits for it: ask a1 2000 | close => closed user_closed held=2000 reserved=500
and comes when it is gone: ask a1 2000 | close | reverse a1 => closed user_closed released=2500
or captured: ask a1 2000 | close | part a1 500 | clear a1 500 => closed user_closed captured=1000 released=1500
a frozen card takes nothing until that is lifted: freeze | ask a1 9 | unfreeze | ask a2 2500 => consumed held=2500 / a1:card_frozen
wrong codes count anew after that: ask a1 9 code=mismatch | ask a2 9 code=mismatch | ask a3 9 code=mismatch | unfreeze | ask a4 9 code=mismatch => active reserved=2500 / a1:cvv_mismatch a2:cvv_mismatch a3:cvv_mismatch a4:cvv_mismatch
freezing a used card does nothing: ask a1 2000 | freeze => consumed held=2000 reserved=500
a withdrawal lowers the lock: withdraw 500 | ask a1 2500 | ask a2 2000 => consumed released=500 held=2000 / a1:amount_exceeds_locked
to nothing closes the card: withdraw 2500 => closed withdrawn released=2500
all of it too, with the probe: ask v1 100 | withdraw => closed withdrawn released=2500
the mandate takes its unused card along: revoke | ask a1 100 => closed mandate_revoked released=2500 / a1:card_closed
a used card settles on under a revoked mandate: ask a1 2000 | revoke | more a1 100 | clear a1 2000 => closed settled captured=2000 released=500 / a1:card_closed
`;

const CASES = TABLE.split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => /^(.+?): (.+?)(?: \[(\w+)\])? => (.+)$/.exec(line) ?? [line]);

test.each(CASES.map(([whole = '', , script, option, line]) => [whole, script, option, line] as const))(
  '%s',
  (_, script, option, line) => {
    if (script === undefined || line === undefined) throw new Error('This line is no case');
    const controls = option === undefined ? {} : OPTIONS[option];
    if (controls === undefined) throw new Error(`There is no option "${option}"`);
    expect(play(script, { controls }).line).toBe(line);
  },
);

test('every reason to decline and every exception of messages is in the table', () => {
  const elsewhere = ['card_not_active', 'funding_lost'];
  const names = [...Object.keys(DECLINES), ...EXCEPTIONS].filter((name) => !elsewhere.includes(name));
  const led = CASES.map((parts) => parts[4] ?? '').join(' ');
  expect(CASES.length).toBeGreaterThan(170);
  expect(names.filter((name) => !led.includes(name))).toEqual([]);
});
