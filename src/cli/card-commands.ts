import type { Command, Flag } from './command.ts';

const card = () => import('./card.ts');
const payment = () => import('./card-payment.ts');
const control = () => import('./card-control.ts');
const checkout = () => import('./card-checkout.ts');

const KEY: Flag = { value: 'KEY', about: 'Ask again for one that is not finished; never pays twice' };
const LIMIT: Flag = { value: 'N', about: 'At most so many (50, at most 200)' };

/** What can be typed about cards. `page` and `signs` are as other commands have them. */
export function cardCommands(page: Readonly<Record<string, Flag>>, signs: string): readonly Command[] {
  return [
    {
      name: 'card create',
      summary: 'Make a card for one charge inside a mandate, as an agent',
      about:
        'Lock the whole total with tax and shipping: nothing above it is approved, what is not used comes back.',
      example: 'fluxa-wallet card create --amount 25.00 --mandate mand_01k… --merchant shop.example.com',
      flags: {
        amount: { value: 'USD', about: 'The most the one charge can be', isRequired: true },
        mandate: { value: 'ID', about: 'The mandate to pay under', isRequired: true },
        merchant: {
          value: 'HOST',
          about: 'The host of the checkout page; those of the mandate without this',
        },
        label: { value: 'TEXT', about: 'What it is for' },
        'merchant-lock': { value: 'NAME', about: "Only this merchant, by the card network's name or id" },
        mcc: { value: 'CODE', about: 'Only merchants of this category', isList: true },
        country: { value: 'CC', about: 'Only merchants of this country', isList: true },
        ttl: { value: 'TIME', about: 'How long it can be charged: 2h, 45m' },
        'require-3ds': { about: 'Only charges with a passed 3-D Secure challenge' },
        'idempotency-key': KEY,
      },
      load: async () => (await payment()).create,
    },
    {
      name: 'card list',
      summary: 'Cards, oldest first',
      example: 'fluxa-wallet card list --mandate mand_01k…',
      flags: { mandate: { value: 'ID', about: 'Only those of this mandate' }, ...page },
      load: async () => (await card()).list,
    },
    {
      name: 'card get',
      args: ['ID'],
      summary: 'A card, without its number',
      example: 'fluxa-wallet card get card_01k…',
      load: async () => (await card()).show,
    },
    {
      name: 'card balance',
      args: ['ID'],
      summary: 'Where the money of a card stands',
      example: 'fluxa-wallet card balance card_01k…',
      load: async () => (await card()).balance,
    },
    {
      name: 'card transactions',
      args: ['ID'],
      summary: 'Everything that happened on a card',
      example: 'fluxa-wallet card transactions card_01k…',
      flags: { after: { value: 'N', about: 'Only entries after this one' }, limit: LIMIT },
      load: async () => (await card()).transactions,
    },
    {
      name: 'card close',
      args: ['ID'],
      summary: 'Close a card for good; what is unused comes back',
      example: 'fluxa-wallet card close card_01k…',
      load: async () => (await control()).close,
    },
    {
      name: 'card freeze',
      args: ['ID'],
      summary: 'Stop a card from being charged',
      example: 'fluxa-wallet card freeze card_01k…',
      load: async () => (await control()).freeze,
    },
    {
      name: 'card unfreeze',
      args: ['ID'],
      summary: 'Let a frozen card be charged again, as the operator',
      about: signs,
      example: 'fluxa-wallet card unfreeze card_01k…',
      load: async () => (await import('./consent.ts')).consent('card.unfreeze'),
    },
    {
      name: 'card withdraw',
      args: ['ID'],
      summary: 'Take unused money back from a card; all of it closes the card',
      example: 'fluxa-wallet card withdraw card_01k… --amount 5.00',
      flags: { amount: { value: 'USD', about: 'How much; all without this' }, 'idempotency-key': KEY },
      load: async () => (await payment()).withdraw,
    },
    {
      name: 'card recharge',
      args: ['ID'],
      summary: 'Lock more money on a card that was not used, as an agent',
      example: 'fluxa-wallet card recharge card_01k… --amount 5.00',
      flags: {
        amount: { value: 'USD', about: 'How much more', isRequired: true },
        'idempotency-key': KEY,
      },
      load: async () => (await payment()).recharge,
    },
    {
      name: 'card reveal',
      args: ['ID'],
      summary: "Show a card's number, code and expiry, as the operator",
      about:
        'At a terminal only, or into a new file that nobody else can read. Each time is in the audit trail.',
      example: 'fluxa-wallet card reveal card_01k…',
      flags: { output: { value: 'FILE', about: 'A new file to write it to' } },
      load: async () => (await checkout()).reveal,
    },
    {
      name: 'card fill',
      args: ['ID'],
      summary: 'Type a card into the checkout page that a browser shows, and pay',
      example: 'fluxa-wallet card fill card_01k… --endpoint http://127.0.0.1:9222',
      flags: {
        endpoint: { value: 'URL', about: 'The debugging endpoint of the browser', isRequired: true },
        page: { value: 'URL', about: 'The page, or the beginning of its URL; the one in front without this' },
        'no-press': { about: 'As the operator: type it in and leave the button to you' },
      },
      load: async () => (await checkout()).fill,
    },
    {
      name: 'card 3ds latest',
      args: ['[ID]'],
      summary: 'The newest 3-D Secure code that a checkout asked for',
      example: 'fluxa-wallet card 3ds latest card_01k…',
      load: async () => (await checkout()).challenge,
    },
    {
      name: 'cardholder',
      summary: 'The name and address that go with the cards',
      example: 'fluxa-wallet cardholder',
      load: async () => (await checkout()).cardholder,
    },
  ];
}
