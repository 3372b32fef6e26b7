/** The version of the taxonomy. It changes with every change of its ids or words; a signed scope names it. */
export const TAXONOMY_VERSION = 1;

/** A kind of spending. `mccs` are ISO 18245 merchant category codes, `tags` are those of x402 discovery. */
export type Category = {
  readonly id: string;
  /** Categories of one group are neighbours: a mix-up among them is asked about, not refused. */
  readonly group: string;
  readonly mccs: readonly string[];
  readonly tags: readonly string[];
};

/** One line a category: id, group, merchant category codes, discovery tags. */
const TABLE = `
domain_name|web|4816|domains
web_hosting|web|4816|hosting
ssl_certificate|web|5734|security
website_builder|web|5734|web
cloud_compute|cloud|7372|compute
gpu_rental|cloud|7372|gpu,compute
cloud_storage|cloud|7372|storage
database|cloud|7372|database
cdn|cloud|4816|cdn
vpn|network|4816|vpn
proxy|network|4816|proxy
web_scraping|network|7372|scraping
blockchain_data|data|7372|rpc,onchain
llm_inference|ai|7372|llm,inference
embeddings|ai|7372|embeddings
model_training|ai|7372|training
image_generation|ai|7372|image
video_generation|ai|7372|video
speech|ai|7372|speech,audio
transcription|ai|7339|transcription
ai_assistant|software|7372|assistant
web_search|data|7372|search
research_paper|data|5994|papers
market_data|data|7372|finance
weather_data|data|7372|weather
map_data|data|7372|maps
company_data|data|7321|leads
dataset|data|7372|dataset
news|media|5994|news
marketing|marketing|7311|marketing
search_ads|marketing|7311|ads
display_ads|marketing|7311|ads
social_ads|marketing|7311|ads
influencer|marketing|7311|marketing
seo|marketing|7372|seo
email_delivery|messaging|7372|email
email_marketing|marketing|7372|email
sms|messaging|4814|sms
phone_calls|messaging|4814|voice
phone_plan|telecom|4814|telecom
internet_access|telecom|4816|telecom
email_hosting|software|7372|email
software_subscription|software|5734,5817|saas
project_tool|software|5734|saas
design_tool|software|5734|saas
developer_tool|software|5734|developer
monitoring|software|7372|monitoring
security_software|software|5734|security
accounting_software|software|5734|saas
crm|software|5734|saas
video_call|software|5734|saas
office_suite|software|5734|saas
app|software|5817|app
video_game|leisure|5816|game
streaming|media|4899,5815|media
music|media|5735,5815|music
stock_media|media|7333|media
agent_service|labour|7399|agent
logo_design|labour|7333|design
freelance_design|labour|7333|design
writing|labour|7338|writing
translation|labour|7339|translation
data_entry|labour|7339|data
data_labelling|labour|7372|labelling
software_development|labour|7372|code
social_engagement|labour|7311|social
consulting|labour|7392|consulting
legal|professional|8111|legal
accounting|professional|8931|accounting
tax|public|9311|tax
government_fee|public|9399|government
fine|public|9222|fine
business_travel|travel|4722|travel
flight|travel|4511,3000|flight
hotel|travel|7011,3501|hotel
vacation_rental|travel|6513,7011|lodging
train|travel|4112|train
bus|transit|4131|bus
local_transit|transit|4111|transit
taxi|transit|4121|taxi
micromobility|transit|7519|scooter
car_rental|driving|7512|car
ev_charging|driving|5552|charging
fuel|driving|5541|fuel
parking|driving|7523|parking
toll|driving|4784|toll
ferry|travel|4411|ferry
travel_extra|travel|4582|travel
car_parts|vehicle|5533|car
car_repair|vehicle|7538|car
bicycle|vehicle|5940|bike
grocery|food|5411,5499|grocery
alcohol|drink|5921,5813|alcohol
restaurant|dining|5812,5814|restaurant
catering|dining|5811|catering
coffee|dining|5814|coffee
household|home|5399|household
tobacco|restricted|5993|tobacco
flowers|gift_goods|5992|flowers
gift|gift_goods|5947|gift
craft|hobby|5970|craft
pottery|hobby|5950|ceramics
garden|hobby|5261|garden
toys|hobby|5945|toys
musical_instrument|hobby|5733|music
sport_goods|sport|5941|sport
fitness|sport|7997|fitness
sport_class|sport|7999|sport
experience|leisure|7999|experience
museum|leisure|7991|culture
cinema|leisure|7832|cinema
event_ticket|events|7922|tickets
conference|events|8699|conference
venue_hire|events|7999|venue
coworking|workspace|6513|coworking
book|reading|5942|book
ebook|reading|5815|book
audiobook|reading|5815|audiobook
magazine|reading|5994|magazine
online_course|learning|8299|course
tutoring|learning|8299|tutoring
certification|learning|8299|exam
school|learning|8211,8220|school
childcare|family|8351|childcare
baby|family|5641|baby
office_supply|office|5943,5111|office
printer_supply|office|5943|office
printing|office|7338,2741|print
furniture|home|5712|furniture
home_decor|home|5719|home
kitchenware|home|5719|kitchen
appliance|home|5722|appliance
home_improvement|home|5200,5211|diy
cleaning|home_service|7349|cleaning
home_repair|home_service|1799|repair
utilities|bills|4900|utilities
rent|bills|6513|rent
shipping|logistics|4215,9402|shipping
storage_space|logistics|4225|storage
moving|logistics|4214|moving
computer_part|hardware|5045|computer
computer|hardware|5045|computer
electronics|hardware|5732|electronics
phone_device|hardware|5732|phone
accessory|hardware|5732|accessory
clothing|apparel|5651,5691|clothing
shoes|apparel|5661|shoes
jewellery|apparel|5944|jewellery
cosmetics|care|5977|beauty
hairdresser|care|7230|beauty
spa|care|7298|spa
pharmacy|health|5912|pharmacy
health|health|8011,8099|health
dental|health|8021|health
optician|health|8043|optician
pet|animals|5995|pet
vet|animals|0742|pet
insurance|finance|6300|insurance
donation|giving|8398|donation
membership|membership|8699|membership
gift_card|cash|6540|giftcard
crypto|cash|6051|crypto
money_transfer|cash|4829|transfer
bank_fee|cash|6012|finance
investment|cash|6211|finance
gambling|restricted|7995|gambling
adult|restricted|5967|adult
weapons|restricted|5999|weapons
political|giving|8651|political
domain_appraisal|web|7399|domains
mining|cash|6051|mining
`;

/** The closed taxonomy. */
export const CATEGORIES: readonly Category[] = TABLE.trim()
  .split('\n')
  .map((line) => {
    const [id = '', group = '', mccs = '', tags = ''] = line.split('|');
    return { id, group, mccs: mccs.split(','), tags: tags.split(',') };
  });

const BY_ID = new Map(CATEGORIES.map((category) => [category.id, category]));

/** The category a concept belongs to: `grocery` of `grocery.meat`. */
export function categoryOf(concept: string): string {
  return concept.split('.')[0] ?? concept;
}

/** The group of a concept's category. */
export function groupOf(concept: string): string {
  return BY_ID.get(categoryOf(concept))?.group ?? 'other';
}

/** True for an id of the taxonomy, or a kind within one. */
export function isConcept(concept: string): boolean {
  return BY_ID.has(categoryOf(concept));
}

/** Bought again and again by their nature: a period in their description is how they are sold. */
export const PERIODIC: ReadonlySet<string> = new Set(
  `domain_name web_hosting ssl_certificate website_builder cloud_storage cdn vpn proxy database software_subscription
  project_tool design_tool developer_tool monitoring security_software accounting_software crm video_call office_suite
  streaming news magazine phone_plan internet_access email_hosting fitness insurance rent utilities coworking
  membership local_transit storage_space childcare school seo email_marketing ai_assistant`.split(/\s+/),
);

/** Money in another form: refused unless the words name it. */
export const QUASI_CASH: ReadonlySet<string> = new Set([
  'gift_card',
  'crypto',
  'money_transfer',
  'mining',
  'gambling',
  'investment',
]);

/** Says who does it or why, not what is bought: what it is for counts as well. */
export const WRAPPERS: ReadonlySet<string> = new Set([
  'agent_service',
  'gift',
  'software_subscription',
  'membership',
  'consulting',
]);

/** Where the subject is the thing: two books or two ads are not alike because both are one. */
export const TOPICAL: ReadonlySet<string> = new Set(
  `book ebook audiobook magazine news research_paper dataset online_course tutoring certification event_ticket
  conference search_ads display_ads social_ads cinema museum music video_game company_data market_data
  stock_media sport_class experience writing`.split(/\s+/),
);
