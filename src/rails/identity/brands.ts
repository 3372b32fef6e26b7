/**
 * Names that people know and pay, and the suffixes they own, to see who dresses up as them. Being here buys no trust.
 * `name.com,de` owns name.com and name.de; `@` stands for the countries below; `~` marks a name that is also a plain
 * word or a common surname, so that others bear it honestly. Neighbours that differ by a letter are here to be told
 * apart from each other.
 */
const BRANDS = `
paypal.com,me,@ paypalobjects.com paypay.ne.jp,co.jp ~stripe.com,dev,network,press,global ~strike.me ~stripo.email
~square.com,site ~squareup.com ~block.xyz adyen.com ~wise.com ~transferwise.com revolut.com,me ~revolt.tv,chat klarna.com,@
afterpay.com clearpay.co.uk,com ~affirm.com ~sezzle.com ~mollie.com worldpay.com payoneer.com skrill.com neteller.com
paysafe.com paysafecard.com westernunion.com,@ moneygram.com ~remitly.com ~xoom.com venmo.com ~cash.app zellepay.com
~plaid.com ~marqeta.com braintreepayments.com braintree-api.com authorize.net ~checkout.com,@ gocardless.com ~sumup.com,@
payu.com,in,pl razorpay.com paytm.com,in phonepe.com mercadopago.com,com.br,com.mx,com.ar,cl,co mercadolibre.com,com.mx,com.ar,cl,com.co
mercadolivre.com.br alipay.com,hk wechat.com unionpay.com visa.com,@ mastercard.com,@ americanexpress.com,@
amex.com ~discover.com dinersclub.com ~paddle.com,net lemonsqueezy.com gumroad.com patreon.com ko-fi.com
buymeacoffee.com ~brex.com ~ramp.com ~ramp.network ~mercury.com ~airwallex.com ~rapyd.net bitpay.com moonpay.com
~privacy.com ~lithic.com x402.org ~circle.com coinbase.com binance.com,us ~kraken.com ~gemini.com ~crypto.com ~bitstamp.net
bitfinex.com okx.com bybit.com kucoin.com ~gate.io,com ~blockchain.com ~ledger.com trezor.io metamask.io uniswap.org
opensea.io etherscan.io blockchair.com basescan.org ~phantom.app,com ~alchemy.com infura.io quicknode.com
jpmorganchase.com jpmorgan.com ~chase.com bankofamerica.com wellsfargo.com citi.com citibank.com,@ capitalone.com
usbank.com pnc.com truist.com tdbank.com goldmansachs.com morganstanley.com schwab.com ~fidelity.com ~vanguard.com
robinhood.com hsbc.com,@ barclays.com,co.uk lloydsbank.com natwest.com santander.com,@ monzo.com ~starlingbank.com
nationwide.co.uk,com ~halifax.co.uk n26.com deutsche-bank.de db.com commerzbank.de,com sparkasse.de postbank.de
ing.com,@ ing-diba.de dkb.de comdirect.de volksbank.de bnpparibas.com,fr societegenerale.com,fr credit-agricole.fr
creditmutuel.fr boursorama.com labanquepostale.fr bbva.com,es,mx caixabank.es,com bankinter.com unicredit.it,eu
intesasanpaolo.com rabobank.nl,com abnamro.nl,com ubs.com,@ credit-suisse.com postfinance.ch raiffeisen.at,ch
nordea.com,fi,se,dk,no danskebank.com,dk swedbank.com,se rbc.com scotiabank.com bmo.com commbank.com.au westpac.com.au
anz.com,com.au nab.com.au dbs.com,com.sg ocbc.com icicibank.com hdfcbank.com itau.com.br bradesco.com.br nubank.com.br
amazon.com,ca,com.mx,com.br,co.uk,de,fr,it,es,nl,se,pl,com.be,com.tr,ae,sa,eg,in,sg,com.au,co.jp,ie,jobs
amazonaws.com,com.cn awsapps.com amazonpay.com amazon-adsystem.com audible.com,@ ~kindle.com primevideo.com
google.com,@,dev,ai,com.ar,com.hk,com.ua,co.il,co.th,com.co,com.vn,com.ph googleapis.com googleusercontent.com
googlecloud.com youtube.com,@ gmail.com gstatic.com ~android.com ~chrome.com apple.com,@ icloud.com itunes.com
microsoft.com,@ microsoftonline.com ~office.com office365.com ~outlook.com ~live.com azure.com ~windows.com xbox.com
skype.com linkedin.com github.com,io,dev,blog githubusercontent.com githubapp.com gitlab.com,io bitbucket.org atlassian.com,net
facebook.com,@ instagram.com whatsapp.com ~messenger.com ~meta.com,ai ~threads.net,com twitter.com x.com
tiktok.com snapchat.com pinterest.com,@ reddit.com discord.com,gg ~telegram.org,me ~signal.org authsignal.com ~twitch.tv spotify.com
netflix.com disneyplus.com hulu.com hbomax.com ~max.com paramountplus.com deezer.com ~tidal.com soundcloud.com
openai.com,org ~openapi.com,it chatgpt.com ~sora.com anthropic.com claude.ai,com ~perplexity.ai ~mistral.ai ~cohere.com,ai
huggingface.co ~replicate.com,delivery ~together.ai,xyz ~fireworks.ai groq.com,ai ~grok.com deepseek.com ~character.ai
midjourney.com stability.ai ~runwayml.com elevenlabs.io ~suno.com,ai ~luma.ai lumalabs.ai ideogram.ai fal.ai ~exa.ai
tavily.com serpapi.com ~cursor.com,sh openrouter.ai pinecone.io weaviate.io,cloud qdrant.tech,io langchain.com,dev
llamaindex.ai voyageai.com jina.ai ~scale.com ~modal.com runpod.io,ai vast.ai ~lambda.ai lambdalabs.com coreweave.com
paperspace.com assemblyai.com deepgram.com ~descript.com otter.ai firecrawl.dev browserbase.com apify.com
brightdata.com oxylabs.io zyte.com scrapingbee.com rapidapi.com
digitalocean.com linode.com vultr.com hetzner.com,de,cloud ovh.com,net,@ ovhcloud.com scaleway.com,fr ionos.com,@
strato.de,com hostinger.com,@ bluehost.com hostgator.com,com.br dreamhost.com siteground.com,@ godaddy.com,@
namecheap.com porkbun.com gandi.net ~hover.com dynadot.com enom.com ~name.com ~names.co.uk namesilo.com namebright.com
squarespace.com wix.com wordpress.com,org ~ghost.org,io webflow.com,io shopify.com,dev,@ myshopify.com shopifycloud.com
bigcommerce.com woocommerce.com ~magento.com prestashop.com onamae.com sedo.com afternic.com ~united-domains.de
cloudflare.com,net,dev fastly.com,net akamai.com ~render.com ~railway.app,com ~fly.io vercel.com netlify.com,app
heroku.com supabase.com,co planetscale.com neon.tech,com mongodb.com ~redis.io,com upstash.com
~elastic.co databricks.com ~snowflake.com ~oracle.com,@ ibm.com salesforce.com,@ ~force.com sap.com,@ oraclecloud.com
aliyun.com alibabacloud.com alibaba.com aliexpress.com,us,ru tencent.com baidu.com backblaze.com wasabi.com rackspace.com
letsencrypt.org digicert.com sectigo.com ~globalsign.com ~sentry.io datadog.com datadoghq.com,eu newrelic.com grafana.com
pagerduty.com splunk.com ~segment.com,io ~amplitude.com mixpanel.com ~hotjar.com cloudinary.com algolia.com
twilio.com sendgrid.com,net mailgun.com,org,net mailchimp.com mandrillapp.com postmarkapp.com ~resend.com vonage.com
nexmo.com messagebird.com ~bird.com plivo.com telnyx.com brevo.com sendinblue.com klaviyo.com constantcontact.com
slack.com,dev zoom.us,com ~notion.so,com,site ~linear.app ~linea.build asana.com trello.com ~monday.com clickup.com ~jira.com
airtable.com figma.com canva.com,@ ~canvas.com miro.com ~box.com dropbox.com evernote.com ~loom.com calendly.com typeform.com ~typeorm.io
zapier.com ~make.com ~intercom.com,io zendesk.com freshdesk.com freshworks.com hubspot.com,@ pipedrive.com ~gusto.com
~rippling.com deel.com workday.com bamboohr.com personio.com,de,es docusign.com,net ~pandadoc.com adobe.com,io abode.com
autodesk.com,@ jetbrains.com docker.com,io npmjs.com pypi.org stackoverflow.com 1password.com,ca,eu lastpass.com
dashlane.com bitwarden.com,eu nordvpn.com expressvpn.com protonmail.com ~proton.me surfshark.com grammarly.com
duolingo.com udemy.com coursera.org ~udacity.com edx.org skillshare.com semrush.com ahrefs.com moz.com
quickbooks.com intuit.com,@ turbotax.com xero.com freshbooks.com ~sage.com,co.uk,de,es,fr datev.de lexoffice.de sevdesk.de
ebay.com,@,com.my,ph ebaystatic.com etsy.com,me walmart.com,ca,com.mx ~walmark.eu ~target.com bestbuy.com,ca costco.com,ca,co.uk cosco.com
~lowes.com homedepot.com,ca,com.mx wayfair.com,co.uk,de,ca,ie overstock.com newegg.com,ca,org bhphotovideo.com ~staples.com,ca
ikea.com,@ otto.de zalando.com,@ aboutyou.de,com mediamarkt.com,@ ~saturn.de cdiscount.com fnac.com,es,pt,be ~allegro.pl
bol.com coolblue.nl,be,de rakuten.com,co.jp,fr flipkart.com shopee.com,sg,co.id,com.my,co.th,vn,ph,tw,com.br lazada.com,sg,com.my
temu.com shein.com,co.uk ~wish.com jd.com taobao.com decathlon.com,@ nike.com,@ adidas.com,@ ~puma.com zara.com,net uniqlo.com
sephora.com,@ douglas.@ instacart.com,ca wholefoodsmarket.com ~kroger.com safeway.com albertsons.com carrefour.com,@
tesco.com sainsburys.co.uk asda.com aldi.com,@ lidl.com,@ rewe.de edeka.de kaufland.de,com mercadona.es freshdirect.com
ocado.com doordash.com ubereats.com grubhub.com deliveroo.com,@ just-eat.com,co.uk lieferando.de,at ~takeaway.com glovoapp.com
wolt.com ~swiggy.com zomato.com samsung.com,@ sony.com,@ lenovo.com,@ dell.com asus.com logitech.com,@ nvidia.com,@
~intel.com bose.com dyson.com,@ nintendo.com,@ playstation.com,net steampowered.com steamcommunity.com epicgames.com roblox.com
thomann.de ~sweetwater.com ~conrad.com,@ ~mouser.com,@ digikey.com,@ barnesandnoble.com ~bookshop.org thalia.de kobo.com ~chegg.com
booking.com,cn ~hotels.com,@ ~hotel.com expedia.com,@ airbnb.com,@ vrbo.com agoda.com,net ~agora.io tripadvisor.com,@ trivago.com,@
~kayak.com,@ skyscanner.com,net,@ ~priceline.com ~orbitz.com travelocity.com hostelworld.com edreams.com,@ opodo.com,@
~marriott.com,@ ~hilton.com,@ hiltonhotels.com ~hyatt.com ihg.com accor.com radissonhotels.com wyndhamhotels.com
ryanair.com easyjet.com lufthansa.com,@ britishairways.com airfrance.com,@ klm.com,@ ~iberia.com,es vueling.com
wizzair.com ~delta.com ~united.com ~aa.com ~southwest.com jetblue.com alaskaair.com ~emirates.com qatarairways.com,com.qa
etihad.com turkishairlines.com singaporeair.com flytap.com latamairlines.com qantas.com,com.au aircanada.com,ca
bahn.de,com deutschebahn.com sncf.com sncf-connect.com trainline.com,@ thetrainline.com ~amtrak.com eurostar.com flixbus.com,@
uber.com lyft.com ~bolt.eu,com free-now.com blablacar.com,@ ~sixt.com,@ hertz.com,@ ~avis.com,@ europcar.com,@ ~enterprise.com,@
~shell.com,@ shellrecharge.com ~ionity.eu enbw.com ticketmaster.com,@ eventbrite.com,@ stubhub.com,@ viagogo.com,@ eventim.com,@ seatgeek.com
fleurop.de,com interflora.com,@ bloomandwild.com 1800flowers.com ~uncommongoods.com
dhl.com,@ deutschepost.de fedex.com ~ups.com usps.com royalmail.com parcelforce.com dpd.com,@ hermesworld.com myhermes.de evri.com
gls-group.com,eu gls-pakete.de tnt.com,@ postnl.nl laposte.fr chronopost.fr colissimo.fr correos.es posteitaliane.it ~poste.it
swisspost.ch auspost.com.au canadapost.ca canadapost-postescanada.ca bpost.be,cloud inpost.@
verizon.com att.com t-mobile.com,@ telekom.de,com vodafone.com,@ o2.co.uk,de,cz ~orange.com,@ telefonica.com,@ movistar.es,com
comcast.com xfinity.com ~sky.com swisscom.ch,com bt.com virginmedia.com
irs.gov elster.de upwork.com fiverr.com ~freelancer.com,@ vistaprint.com,@ shutterstock.com gettyimages.com,@
istockphoto.com envato.com themeforest.net unsplash.com freepik.com starbucks.com,@ mcdonalds.com,@ nespresso.com lavazza.com
allianz.com,@ axa.com,@ generali.com,@ ~progressive.com geico.com statefarm.com ~lemonade.com cigna.com
`;

/** Countries in which a brand that trades worldwide holds its own name. */
const COUNTRIES = `de at ch fr be nl lu it es pt ie co.uk eu se no dk fi pl cz hu ro gr us ca com.mx com.br com.au co.nz
co.jp jp in co.in sg com.sg hk com.tw co.kr kr co.za ae com.tr cn`;

/** A brand: the name it goes by, the suffixes it owns, and whether others bear the name honestly. */
export type Brand = {
  readonly label: string;
  readonly suffixes: readonly string[];
  readonly isWord: boolean;
};

/** Every brand in the list. */
export function brands(): readonly Brand[] {
  const countries = COUNTRIES.split(/\s+/);
  return BRANDS.trim()
    .split(/\s+/)
    .map((entry) => {
      const [, mark, label = '', owned = ''] = /^(~?)([^.]+)\.(.+)$/.exec(entry) ?? [];
      const suffixes = owned.split(',').flatMap((suffix) => (suffix === '@' ? countries : [suffix]));
      return { label, suffixes, isWord: mark === '~' };
    });
}
