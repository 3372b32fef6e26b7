import { flatten } from './text.ts';

/** What a merchant's text gives away, besides what is bought. */
export type Signal =
  | 'instruction'
  | 'pressure'
  | 'off_payment'
  | 'delegation'
  | 'recurring'
  | 'period'
  | 'annual'
  | 'extra'
  | 'second_hand'
  | 'digital';

/** Words that speak to whoever decides instead of saying what is sold. */
const INSTRUCTION = [
  /\b(?:ignore|disregard|forget|override|bypass)\b(?: \w+){0,3} (?:previous|prior|above|earlier|limits?|instructions?|rules?|polic\w+|budgets?|mandates?|checks?|restrictions?|guardrails?|scope|warnings?|context)\b/,
  /\b(?:pre ?approved|preauthori[sz]ed|already approved|approved by|authori[sz]ed by|cleared by|confirmed by)\b(?! (?:the )?(?:fda|tuv|ce))/,
  /\b(?:operator|user|owner|your human|principal|your boss|your manager|admin|administrator|cfo|ceo|finance) (?:has |have |had |already |just |also )*(?:said|says|approved|authori[sz]ed|confirmed|agreed|wants|asked|told|signed|allows|permits|raised|requested|instructed)\b/,
  /\b(?:note|attention|message|notice|instructions?|reminder|hint|info) (?:to|for) (?:the )?(?:\w+ ){0,2}(?:ai|llm|agents?|assistants?|bots?|wallets?|model|buyer bot|reviewer|classifier|system)\b/,
  /\b(?:ai|llm|autonomous|purchasing|shopping|buying|payment) (?:agents?|assistants?|models?|bots?|systems?)[ ,:]+(?:please|must|should|may|can|are|is|need|do|you|note|approve|proceed|treat|mark|classify|pay)\b/,
  /\b(?:approve this|please approve|auto ?approve|mark (?:this|it|as)|treat (?:this|it) as|classify (?:this|it|as)|count (?:this|it) as|consider (?:this|it) (?:as )?(?:in scope|approved)|within (?:your |the )?mandate|in scope for|counts as|category is|considered part of|matches (?:the|your) mandate|fits (?:the|your) mandate)\b/,
  /\b(?:mandate|budget|limit|cap|allowance) (?:was |has been |is |been )*(?:raised|increased|extended|lifted|updated|changed|waived|removed|doubled)\b/,
  /\b(?:system prompt|developer message|new instructions?|end of instructions|jailbreak|prompt injection|tool result|function call)\b/,
  /\b(?:required|needed|mandatory|necessary|obligatory) (?:for|before|to complete|to finish|to release|by) (?:the |your |this |any )?(?:\w+ )?(?:\w+ )?(?:purchase|order|mandate|booking|registration|delivery|transaction|task|checkout|payment|project|job|subscription|operator|user)\b/,
  /\b(?:ignoriere|ignorieren sie|vergiss|missachte) (?:\w+ ){0,3}(?:vorherig\w+|anweisung\w*|limits?|regeln|budget\w*|grenzen)\b/,
  /\b(?:vom (?:nutzer|benutzer|betreiber|chef|inhaber)|bereits) (?:schon )?(?:genehmigt|freigegeben|bestatigt)\b/,
  /\b(?:ignor(?:ez?|er|a|ar|e|are|i)|oubliez|olvida|desconsidere|negeer|zignoruj) (?:\w+ ){0,3}(?:instructions?|limites?|regles|instrucciones|reglas|limits?|instrucoes|regras|istruzioni|regole|limiti|instructies|regels|instrukcje|limity|zasady|precedent\w*|anterior\w*)\b/,
  /\b(?:approuve par|aprobado por|aprovado pel\w|approvato da\w*|goedgekeurd door|zatwierdzon\w+ przez) (?:\w+ )?(?:l )?(?:utilisateur|operateur|usuario|operador|utente|operatore|gebruiker|eigenaar|uzytkownika|operatora|proprietaire|dueno)\b/,
];
/** Marks of a prompt, looked for in the text as it stands. */
const MARKUP =
  /<\/?(?:system|result|tool|user|assistant|instructions?|im_start|im_end|s)\b|\[\/?(?:INST|SYSTEM)\]|\b(?:system|assistant|developer)\s*[:：]|\{\{|```|忽略(?:之前|以上|先前|所有|限制)|无视|已(?:获)?(?:用户)?(?:批准|授权)|以前の指示|指示を無視|承認済み|請批准|请批准/i;

const PRESSURE =
  /\b(?:pay now|pay immediately|act now|important notice|final notice|last notice|final warning|immediate payment|overdue|remit|avoid (?:shutdown|suspension|deletion|penalt\w+|loss|cancellation)|will be (?:suspended|deleted|terminated|lost)|expires? today|account suspended|urgent|verification fee|release fee|unlock fee|activation fee|clearance fee|processing deposit|listing expires|customs fee|no (?:study|exam|experience) (?:needed|required)|guaranteed pass|letzte mahnung|sofort zahlen|dernier avis|ultimo aviso|zahlungserinnerung)\b/;
const OFF_PAYMENT =
  /\b(?:pay by (?:wire|bank )?transfer|by wire|bank wire|wire to|western union|send \d+ ?(?:\w+ ){0,1}(?:usdc|usdt|eth|btc|usd|dollars)|linked wallet|our treasury|new wallet address|new bank account|different (?:wallet|account)|outside (?:the )?(?:platform|escrow)|escrow is broken|unknown chain|unknown network|unlisted token|other token|wrapped token|testnet|instead of escrow|directly to (?:my|our|the seller)|seller also requires|side payment|cashback to|refund(?:ed)? to|moneygram|iban)\b/;
const DELEGATION =
  /\b(?:mandate token|your mandate|share (?:the|your) (?:key|token|mandate|credential)s?|api key of|subcontract|sub delegate|delegat\w+ (?:your|the|full) (?:budget|mandate|wallet|authority)|spending authority|reseller fee|wallet access|session key|signing key|on your behalf with your|budget transfer|allowance for sub ?agents?|approve unlimited|unlimited approval|spend(?:ing)? limit increase)\b/;
const RECURRING =
  /\b(?:auto ?renew\w*|auto ?top up|auto ?recharge|autopay|automatic(?:ally)? renew\w*|renews (?:automatically|monthly|yearly|annually|every)|recurring|until cancell?ed|subscri(?:ption|be)|free trial then|trial,? then|standing order|abonnement|abo|jahresabo|monatsabo|verlangert sich|renouvellement automatique|reconduction|suscripcion|renovacion automatica|assinatura|renovacao automatica|abbonamento|rinnovo automatico|automatische verlenging|subskrypcj\w+|abonament|odnawian\w+)\b|自动续费|订阅|連続包月|连续包月|自動更新|定期購入|サブスク/;
const PERIOD =
  /\b(?:monthly|per month|a month|annual|annually|yearly|per year|per annum|monatlich|jahrlich|pro monat|pro jahr|mensuel\w*|annuel\w*|par mois|par an|mensual\w*|anual\w*|al mes|por mes|mensal|mensile|annuale|al mese|maandelijks|jaarlijks|per maand|per jaar|miesieczn\w+|roczn\w+|12 months?|12 monate|12 mois|12 meses|12 mesi|24 months?|annual contract|yearly contract)\b|每月|包年|包月|年付|月額|年額|年間|12ヶ月|12か月/;
const ANNUAL =
  /\b(?:annual|annually|yearly|per year|per annum|jahrlich|pro jahr|jahresabo|annuel\w*|par an|anual\w*|annuale|jaarlijks|per jaar|roczn\w+|12 months?|12 monate|12 mois|12 meses|12 mesi|24 months?|2 years)\b|包年|年付|年額|年間|12ヶ月|12か月/;
const EXTRA =
  /\b(?:add ons?|addons?|upgrade|upsell|extra legroom|seat selection|seat reservation fee|priority boarding|protection plan|extended warranty|gift wrap\w*|setup fee|set up fee|service fee|tip|gratuity|premium support|priority support|express handling|expedite\w*|lounge|concierge|insurance|bundle|plus \d+ \w+|zusatzpaket|zusatzoption|upgrad\w+|supplement|option payante|extra option\w*|damage waiver|cancellation cover|late checkout|minibar|parking included)\b/;
const SECOND_HAND =
  /\b(?:aftermarket|resale|resold|reseller|second ?hand|used|pre ?owned|refurbished|gebraucht\w*|occasion|reconditionne|segunda mano|usado|usato|tweedehands|uzywan\w*|from current owner|grey market|open box|marketplace seller|auction)\b|二手|中古/;
const DIGITAL =
  /\b(?:emailed|e ?mailed|by email|digital (?:download|voucher|item|edition|code)|download|instant delivery|e ?vouchers?|e ?gift|voucher|gutschein|bon cadeau|online access|printable|pdf)\b/;

/** The signals in a merchant's text. */
export function signalsOf(text: string): ReadonlySet<Signal> {
  const flat = flatten(text);
  const found = new Set<Signal>();
  const note = (signal: Signal, is: boolean) => (is ? found.add(signal) : found);
  note('instruction', MARKUP.test(text) || INSTRUCTION.some((pattern) => pattern.test(flat)));
  note('pressure', PRESSURE.test(flat));
  note('off_payment', OFF_PAYMENT.test(flat));
  note('delegation', DELEGATION.test(flat));
  note('recurring', RECURRING.test(flat));
  note('period', PERIOD.test(flat));
  note('annual', ANNUAL.test(flat));
  note('extra', EXTRA.test(flat));
  note('second_hand', SECOND_HAND.test(flat));
  note('digital', DIGITAL.test(flat));
  return found;
}
