/** One line a brand: names; domains; concepts. A seller of everything has no concepts. */
export const BUSINESS_BRANDS = `
Amazon;amazon.com amazon.de amazon.co.uk amazon.fr amazon.es amazon.it;
AWS,Amazon Web Services;amazonaws.com aws.amazon.com;cloud_compute cloud_storage database
eBay;ebay.com ebay.de ebay.co.uk;
Etsy;etsy.com;
Walmart;walmart.com;
Target;target.com;
Best Buy;bestbuy.com;electronics computer accessory
Apple;apple.com;computer phone_device app
Google Ads,Google AdWords;ads.google.com;search_ads display_ads
Microsoft Advertising,Bing Ads,Bing;ads.microsoft.com bing.com;search_ads
Google Cloud;cloud.google.com;cloud_compute cloud_storage database
Google Workspace;workspace.google.com;office_suite
Google;google.com;
Microsoft;microsoft.com;
Azure;azure.com azure.microsoft.com;cloud_compute
Meta,Facebook,Meta Ads,Facebook Ads,Instagram;facebook.com meta.com instagram.com;social_ads
LinkedIn;linkedin.com;social_ads
TikTok,TikTok Ads;tiktok.com;social_ads
Reddit Ads,Reddit;reddit.com;social_ads
Namecheap;namecheap.com;domain_name web_hosting
GoDaddy;godaddy.com;domain_name web_hosting
Porkbun;porkbun.com;domain_name
Gandi;gandi.net;domain_name
Cloudflare;cloudflare.com;domain_name cdn
Hetzner;hetzner.com hetzner.de hetzner.cloud;cloud_compute
DigitalOcean;digitalocean.com;cloud_compute
OVH,OVHcloud;ovh.com ovhcloud.com;cloud_compute web_hosting
Linode,Akamai;linode.com akamai.com;cloud_compute cdn
Vultr;vultr.com;cloud_compute
Scaleway;scaleway.com;cloud_compute
Fly.io;fly.io;cloud_compute
Vercel;vercel.com;cloud_compute
Netlify;netlify.com;cloud_compute
Render;render.com;cloud_compute
Heroku;heroku.com;cloud_compute
Backblaze;backblaze.com;cloud_storage
RunPod;runpod.io;gpu_rental
Lambda Labs;lambdalabs.com lambda.ai;gpu_rental
Vast.ai;vast.ai;gpu_rental
CoreWeave;coreweave.com;gpu_rental
Paperspace;paperspace.com;gpu_rental
OpenAI;openai.com;llm_inference
Anthropic;anthropic.com claude.ai claude.com;llm_inference
OpenRouter;openrouter.ai;llm_inference
Together AI;together.ai;llm_inference
Groq;groq.com;llm_inference
Mistral AI;mistral.ai;llm_inference
Cohere;cohere.com;llm_inference embeddings
Voyage AI;voyageai.com;embeddings
Jina AI,Jina;jina.ai;embeddings
Replicate;replicate.com;image_generation llm_inference
Hugging Face;huggingface.co;llm_inference dataset
Fireworks AI;fireworks.ai;llm_inference
Stability AI;stability.ai;image_generation
Midjourney;midjourney.com;image_generation
Runway;runwayml.com;video_generation
ElevenLabs;elevenlabs.io;speech
Deepgram;deepgram.com;transcription
AssemblyAI;assemblyai.com;transcription
Pinecone;pinecone.io;database
MongoDB;mongodb.com;database
Supabase;supabase.com;database
Neon;neon.tech;database
Firecrawl;firecrawl.dev;web_scraping
Apify;apify.com;web_scraping
Browserbase;browserbase.com;web_scraping
Bright Data;brightdata.com;proxy web_scraping
Oxylabs;oxylabs.io;proxy
Smartproxy,Decodo;smartproxy.com decodo.com;proxy
Webshare;webshare.io;proxy
Tavily;tavily.com;web_search
Exa;exa.ai;web_search
Brave Search,Brave;brave.com;web_search
SerpApi;serpapi.com;web_search
Perplexity;perplexity.ai;web_search
Elsevier,ScienceDirect;elsevier.com sciencedirect.com;research_paper
Springer;springer.com;research_paper book
Wiley;wiley.com;research_paper book
JSTOR;jstor.org;research_paper
IEEE;ieee.org;research_paper
ACM;acm.org;research_paper
Alpha Vantage;alphavantage.co;market_data
Polygon;polygon.io;market_data
CoinGecko;coingecko.com;market_data
Twilio;twilio.com;sms phone_calls
Vonage;vonage.com;sms phone_calls
MessageBird,Bird;messagebird.com bird.com;sms
Plivo;plivo.com;sms
Sinch;sinch.com;sms
SendGrid;sendgrid.com;email_delivery
Mailgun;mailgun.com;email_delivery
Postmark;postmarkapp.com;email_delivery
Resend;resend.com;email_delivery
Brevo;brevo.com;email_marketing email_delivery
Mailchimp;mailchimp.com;email_marketing
Mailjet;mailjet.com;email_delivery
Slack;slack.com;software_subscription
Notion;notion.so notion.com;software_subscription
Figma;figma.com;design_tool
Adobe;adobe.com;design_tool
Canva;canva.com;design_tool
Linear;linear.app;project_tool
Jira,Atlassian;atlassian.com atlassian.net;project_tool
Trello;trello.com;project_tool
Asana;asana.com;project_tool
Monday.com;monday.com;project_tool
GitHub;github.com;developer_tool
GitLab;gitlab.com;developer_tool
JetBrains;jetbrains.com;developer_tool
Sentry;sentry.io;developer_tool monitoring
`;

/** Sellers that people know as well, and the rest of what businesses buy from. */
export const CONSUMER_BRANDS = `
Datadog;datadoghq.com;monitoring
New Relic;newrelic.com;monitoring
Grafana;grafana.com;monitoring
Zoom;zoom.us zoom.com;video_call
Loom;loom.com;software_subscription
Dropbox;dropbox.com;cloud_storage
1Password;1password.com;security_software
Bitwarden;bitwarden.com;security_software
HubSpot;hubspot.com;crm
Salesforce;salesforce.com;crm
Zendesk;zendesk.com;crm
Intercom;intercom.com;crm
Miro;miro.com;design_tool
Airtable;airtable.com;software_subscription
Zapier;zapier.com;software_subscription
QuickBooks;intuit.com quickbooks.com;accounting_software
Xero;xero.com;accounting_software
Shopify;shopify.com;website_builder
Squarespace;squarespace.com;website_builder
Wix;wix.com;website_builder
Semrush;semrush.com;seo
Ahrefs;ahrefs.com;seo
Lufthansa;lufthansa.com;flight
Ryanair;ryanair.com;flight
easyJet;easyjet.com;flight
TAP Air Portugal,TAP;flytap.com;flight
British Airways;britishairways.com;flight
Air France;airfrance.com airfrance.fr;flight
KLM;klm.com;flight
Delta;delta.com;flight
United Airlines;united.com;flight
Iberia;iberia.com;flight
Emirates;emirates.com;flight
Eurowings;eurowings.com;flight
Booking.com;booking.com;hotel vacation_rental
Expedia;expedia.com;hotel flight
Airbnb;airbnb.com;vacation_rental
Marriott;marriott.com;hotel
Hilton;hilton.com;hotel
Hyatt;hyatt.com;hotel
Accor,Ibis,Novotel;accor.com;hotel
Holiday Inn;ihg.com;hotel
Motel One;motel-one.com;hotel
Deutsche Bahn;bahn.de bahn.com;train
SNCF;sncf-connect.com sncf.com;train
Trainline;thetrainline.com trainline.com;train
Eurostar;eurostar.com;train
Amtrak;amtrak.com;train
Renfe;renfe.com;train
Trenitalia;trenitalia.com;train
FlixBus;flixbus.com flixbus.de;bus
BVG;bvg.de;local_transit
MVG;mvg.de;local_transit
RATP;ratp.fr;local_transit
TfL,Transport for London;tfl.gov.uk;local_transit
Uber;uber.com;taxi
Lyft;lyft.com;taxi
Bolt;bolt.eu;taxi micromobility
FreeNow;free-now.com;taxi
Cabify;cabify.com;taxi
Lime;li.me;micromobility
Tier;tier.app;micromobility
Voi;voi.com;micromobility
Sixt;sixt.com sixt.de;car_rental
Hertz;hertz.com;car_rental
Avis;avis.com;car_rental
Europcar;europcar.com;car_rental
Enterprise;enterprise.com;car_rental
ChargePoint;chargepoint.com;ev_charging
Ionity;ionity.eu;ev_charging
Tesla;tesla.com;ev_charging
Shell;shell.com;fuel
EasyPark;easypark.com;parking
Instacart;instacart.com;grocery
Whole Foods;wholefoodsmarket.com;grocery
Tesco;tesco.com;grocery
Sainsbury's;sainsburys.co.uk;grocery
Rewe;rewe.de;grocery
Edeka;edeka.de;grocery
Carrefour;carrefour.fr carrefour.com;grocery
Mercadona;mercadona.es;grocery
Albert Heijn;ah.nl;grocery
Aldi;aldi.com aldi.de;grocery
Lidl;lidl.com lidl.de;grocery
Starbucks;starbucks.com;coffee
DoorDash;doordash.com;restaurant
Uber Eats;ubereats.com;restaurant
Deliveroo;deliveroo.com deliveroo.co.uk;restaurant
Interflora;interflora.com interflora.co.uk interflora.fr;flowers
Fleurop;fleurop.de;flowers
FTD;ftd.com;flowers
Bloom & Wild;bloomandwild.com;flowers
Ticketmaster;ticketmaster.com ticketmaster.de ticketmaster.co.uk;event_ticket
Eventim;eventim.de eventim.com;event_ticket
Eventbrite;eventbrite.com;event_ticket conference
StubHub;stubhub.com;event_ticket
Coursera;coursera.org;online_course
Udemy;udemy.com;online_course
edX;edx.org;online_course
Udacity;udacity.com;online_course
Pluralsight;pluralsight.com;online_course
Skillshare;skillshare.com;online_course
Codecademy;codecademy.com;online_course
DataCamp;datacamp.com;online_course
Domestika;domestika.org;online_course
Preply;preply.com;tutoring
italki;italki.com;tutoring
O'Reilly;oreilly.com;book online_course
Penguin;penguin.com penguin.co.uk;book
Kobo;kobo.com;ebook
Thalia;thalia.de;book
Barnes & Noble;barnesandnoble.com;book
Waterstones;waterstones.com;book
Audible;audible.com;audiobook
Staples;staples.com;office_supply printer_supply
Viking;viking.de vikingdirect.com;office_supply printer_supply
Office Depot;officedepot.com;office_supply printer_supply
IKEA;ikea.com;furniture home_decor
Wayfair;wayfair.com;furniture home_decor
Home Depot;homedepot.com;home_improvement
Obi;obi.de;home_improvement
Vistaprint;vistaprint.com vistaprint.de;printing
Newegg;newegg.com;computer_part computer
Crucial;crucial.com;computer_part
Mindfactory;mindfactory.de;computer_part
Dell;dell.com;computer
Lenovo;lenovo.com;computer
HP;hp.com;computer printer_supply
Samsung;samsung.com;electronics phone_device
Logitech;logitech.com;accessory
B&H;bhphotovideo.com;electronics
MediaMarkt;mediamarkt.de;electronics
Kaggle;kaggle.com;dataset
Statista;statista.com;dataset
Nasdaq;nasdaq.com;market_data
Getty Images;gettyimages.com;stock_media
Shutterstock;shutterstock.com;stock_media
iStock;istockphoto.com;stock_media
Netflix;netflix.com;streaming
Spotify;spotify.com;music
YouTube;youtube.com;streaming
Steam;steampowered.com;video_game
PlayStation;playstation.com;video_game
Nintendo;nintendo.com;video_game
Nike;nike.com;shoes clothing
Adidas;adidas.com;shoes clothing
Zara;zara.com;clothing
H&M;hm.com;clothing
Zalando;zalando.com zalando.de;clothing shoes
Decathlon;decathlon.com decathlon.de;sport_goods
Sephora;sephora.com;cosmetics
Chewy;chewy.com;pet
Zooplus;zooplus.de zooplus.com;pet
DHL;dhl.com dhl.de;shipping
UPS;ups.com;shipping
FedEx;fedex.com;shipping
USPS;usps.com;shipping
DeepL;deepl.com;translation
Upwork;upwork.com;
Fiverr;fiverr.com;
Red Cross;redcross.org icrc.org;donation
Allianz;allianz.com allianz.de;insurance
PayPal;paypal.com;
Stripe;stripe.com;
Coinbase;coinbase.com;crypto
Binance;binance.com;crypto
Kraken;kraken.com;crypto
NiceHash;nicehash.com;mining
Vodafone;vodafone.com vodafone.de;phone_plan
Airalo;airalo.com;phone_plan
NordVPN;nordvpn.com;vpn
Lego;lego.com;toys
`;
