/** Real companies and projects, each its own and none of them a brand of the list: neighbours by letters, word or topic. */
export const HONEST_HOSTS: readonly string[] = `
www.scan.co.uk www.mindfactory.de tienda.com tienda.mercadona.es claylove.studio keramik-nord.de hotelzetta.com
buerobedarf-krause.de teapalace.co.uk www.berliner-philharmoniker.de us.pycon.org jsconf.eu preply.com italki.com
spanishpod.com training.linuxfoundation.org iproyal.com 2captcha.com viking-direct.co.uk thriftbooks.com
ingramspark.com casadellibro.com sowandgrow.co.uk casavalencia.com ah.nl nicehash.com riverside.fm buzzsprout.com
sonix.ai datarade.ai coldreach.io smsblaster.ru api.renderyard.io api.patentlens.io api.articlevault.io delta.io
delta.chat square-enix.com target-darts.co.uk orange-county.com apple-bee.org visacentral.com
visahq.com boxed.com boxcryptor.com usemotion.com plain.com planetary.org plaidcloud.io replit.com repl.it
strapi.io stripes.com strike.com linearity.io lineageos.org notional.finance notionpress.com potion.so
sigma.ai sigmacomputing.com dribbble.com behance.net kanban.tool.com canvasflow.io canvaspop.com sender.net
fender.com vendor.io tinder.com bumble.com grindr.com hinge.co okcupid.com match.com gitea.com gitkraken.com gitbook.com
githug.dev codeberg.org sourcehut.org sr.ht launchpad.net locker.io dockyard.com rocker.dev pocket.com socket.dev
snap.com slacker.com blacklane.com blackrock.com flack.com shellfire.de shelly.com seashell.org bitnami.com bitly.com
bitwig.com bittorrent.com bitrise.io oxfam.org oxio.com marmot.com hiltl.ch marriage.com
agoradata.com angie.com airbyte.com airtel.in airalo.com airfrance-klm.io aircall.io airbus.com lufa.com
walmark.eu wallapop.com willys.se nikon.com nokia.com nvent.com mirror.xyz mintlify.com mint.com monzoom.net
mongoose.com monster.com meetup.com medium.com substack.com quora.com yelp.com zillow.com redfin.com
trulia.com realtor.com zoopla.co.uk rightmove.co.uk immobilienscout24.de idealista.com leboncoin.fr marktplaats.nl
kleinanzeigen.de willhaben.at olx.pl avito.ru vinted.com depop.com poshmark.com mercari.com carousell.sg gojek.com
grab.com olacabs.com didiglobal.com cabify.com careem.com turo.com getaround.com zipcar.com lime.bike tier.app
cohort.com coherent.com anthem.com anthology.com opensource.com openstreetmap.org opencollective.com opendoor.com
mistra.org minimax.io moonshot.cn zhipuai.cn sambanova.ai cerebras.ai baseten.co banana.dev predibase.com
pinecast.com vespa.ai chroma.com milvus.io turbopuffer.com typesense.org meilisearch.com northflank.com koyeb.com
deno.com bun.sh astro.build svelte.dev angular.dev nuxt.com remix.run tailwindcss.com prisma.io turso.tech xata.io
fauna.com couchbase.com cockroachlabs.com timescale.com influxdata.com clickhouse.com confluent.io rabbitmq.com
postmates.com gopuff.com misfitsmarket.com thrivemarket.com butcherbox.com blueapron.com hellofresh.com
flannels.com feedly.com fedora.org dhlawgroup.com upsolve.org upsun.com amtrust.com united.tools unitedway.org
southwestern.edu emiratesnbd.com turkcell.com.tr singtel.com iberostar.com claudia.io allegion.com
oraclelens.org sapient.com salesloft.com forcepoint.com intelsat.com intelcom.ca paypay.ne.jp strike.me cosco.com agora.io hp.com acer.com
golem.de heise.de spiegel.de lemonde.fr elpais.com bbc.co.uk nytimes.com theguardian.com washingtonpost.com
`
  .trim()
  .split(/\s+/);
