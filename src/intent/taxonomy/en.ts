/** English words of the concepts. `x*` starts with, `*x` ends with, `~x` counts only beside another sign. */
export const EN_BUSINESS: Readonly<Record<string, string>> = {
  domain_name:
    'domain, domain name, domain registration, domain renewal, whois privacy, tld, registrar, web address, ~registration, ~renewal, ~whois',
  domain_appraisal: 'appraisal, valuation report, domain appraisal, appraisal service',
  web_hosting:
    'web hosting, hosting, shared hosting, wordpress hosting, webspace, cpanel, hosting plan, managed wordpress',
  ssl_certificate: 'ssl, tls certificate, ssl certificate, wildcard certificate',
  website_builder:
    'website builder, site builder, landing page builder, online shop builder, storefront plan',
  cloud_compute:
    'cloud compute, compute, virtual machine, vm, vps, virtual server, server, dedicated server, droplet, ec2, instance, vcpu, serverless function, lambda function, kubernetes, container, app hosting, cloud hosting, build minutes, traffic overage, egress, snapshots, load balancer, bare metal',
  gpu_rental:
    'rtx, rtx 4090, rtx 5090, rtx 3090, rtx 6000, rtx a6000, gpu, gpu rental, gpu hour, gpu cloud, gpu instance, h100, h200, a100, b200, l40s, l4, a6000, t4, v100, mi300x, gpu hours, gpu server',
  cloud_storage:
    'cloud storage, object storage, block storage, s3, bucket, backup storage, network volume, volume, file storage, backup space, backup, offsite backup, pinning, ipfs',
  database:
    'managed database, database hosting, database, managed postgres, postgres, mysql, redis, mongodb, vector database, vector index, serverless index, data warehouse',
  cdn: 'cdn, content delivery, edge caching, bandwidth pack',
  vpn: 'vpn, vpn subscription, virtual private network',
  proxy:
    'proxy, proxies, residential proxy, residential proxies, datacenter proxy, rotating ip, rotating ips, residential ip, residential ips, mobile ip, isp proxy, residential traffic, residential bandwidth, proxy traffic, exit nodes, socks5',
  web_scraping:
    'scraping, web scraping, scraper, crawl, crawler, crawling, headless browser, page fetch, page fetches, rendered page, rendered pages, html extraction, scraping api, browser session, browser sessions, unblocker, captcha solving, captcha, serp, url to markdown, page extraction, browser minutes',
  blockchain_data:
    'rpc, blockchain data, onchain data, block explorer, node access, rpc calls, wallet analytics',
  llm_inference:
    'inference, llm, llm inference, language model, ~tokens, completion, completions, chat completion, prompt tokens, ~tokens, model credits, ~api credit, ~api credits, ~usage credits, inference credit, inference credits, model api, model calls, gpt, claude api, gemini api, llama, mistral, deepseek, qwen, ~credits, ~credit, ~prepaid usage',
  embeddings:
    '~tokens, ~searches, ~inference credits, ~inference, embedding, embeddings, rerank, reranker, reranking, vector encoding, vectorization, text vectors, semantic vectors',
  model_training: 'model training, fine tuning job, fine tuning, finetuning, training job, training run',
  image_generation:
    'image generation, generated image, generated images, text to image, stable diffusion, sdxl, flux, dall e, image credits, image api, illustration, illustrations, render, renders, hero image, hero images, image upscale, upscaling, background removal, product shots, images, picture, pictures, artwork generation, ~diffusion, ~image',
  video_generation:
    'video generation, text to video, generated video, ai video, video clip, video render, generated clip, animation clip',
  speech:
    'text to speech, tts, voice over, voiceover, voice synthesis, speech synthesis, voice clone, narration, synthetic voice',
  transcription:
    'transcription, transcript, speech to text, subtitles, captions, audio minutes, transcribe, meeting notes',
  ai_assistant:
    'chatgpt plus, claude pro, max plan, copilot, ai assistant, chat assistant, personal plan, cursor pro',
  web_search:
    'web search, search api, search query, search queries, search call, search calls, search results, search request, search requests, ~searches, news search',
  research_paper:
    'paper, papers, research paper, journal article, article access, full text, preprint, pdf of the article, academic article, scholarly article, literature search, citation, citations, abstract, journal, article',
  market_data:
    'market data, stock quotes, stock prices, price feed, price feeds, financial data, exchange rate, exchange rates, quotes, ohlcv, order book, company financials, earnings data, fundamentals, ticker, sec filings, filings',
  weather_data: 'weather, weather api, forecast, weather data, weather forecast, climate data',
  map_data:
    'geocoding, maps api, map tiles, routing api, geolocation, places api, satellite imagery, satellite image, geodata',
  company_data:
    'company data, company profile, company profiles, lead list, sales leads, ~leads, contact data, enrichment, email finder, firmographics, business registry, registry extract, company lookup, people data, credit report, company report, contact list',
  dataset:
    'dataset, data set, datasets, corpus, training data, data dump, data package, csv, parquet, data license, data licence, data export, annotated data, open data, records, data extract, labelled dataset',
  news: 'news, newspaper, news subscription, paywall, news article, news articles, digital edition, news archive',
  marketing:
    'marketing, marketing ops, marketing spend, campaign spend, promotion budget, ~campaign, ~promotion, ~newsletter, ~landing page',
  search_ads:
    'search ads, search ad, search advertising, google ads, bing ads, adwords, keyword bidding, ppc, sponsored search, ~advertising, ~ads, ~ad, ~campaign, ~search campaign',
  display_ads:
    'display ad, display ads, banner ads, banner, billboard, video ads, podcast ad, newsletter ad, sponsored newsletter, ~advertising, ~ads',
  social_ads:
    'social ads, meta ads, facebook ads, instagram ads, linkedin ads, tiktok ads, promoted post, sponsored post, ad account, ad account funding, post boost, boosted post, ~advertising, ~ads, ~ad spend',
  influencer: 'influencer, creator sponsorship, sponsored video, brand ambassador, influencer fee',
  seo: 'seo, seo tool, backlinks, keyword research, rank tracking, site audit',
  email_delivery:
    'email delivery, transactional email, transactional emails, smtp, email api, email sending, emails, mail sending, dedicated ip, mail volume, email credits, outbound mail, ~messages, ~sends',
  email_marketing:
    'email marketing, newsletter blast, newsletter sending, newsletter tool, mailing list, sends, email campaign',
  sms: 'sms, text message, text messages, texts, otp, sms credits, sms bundle, short code, verification codes, sms api, whatsapp messages, sms segments, ~messaging, ~message, ~messages, ~long code, ~sender id',
  phone_calls:
    'voice minutes, outbound calls, phone number, virtual number, toll free number, call minutes, robocall, sip trunk, voip',
  phone_plan:
    'phone plan, mobile plan, sim card, esim, prepaid sim, roaming pack, data plan, mobile data, phone top up, airtime',
  internet_access: 'internet access, broadband, fibre, in flight wifi, wifi pass, hotspot pass',
  email_hosting: 'mailbox, mailboxes, email hosting, business email',
  software_subscription:
    'software, saas, software license, software licence, subscription, license key, licence key, seats, saas subscription, workspace plan, team plan, pro plan, tool subscription, business plan, starter plan, plus plan, ~plan, ~seat, ~license, ~licence, ~users, ~per user, ~editor',
  project_tool:
    'project management, issue tracker, task board, kanban, project tool, project tracker, ticketing system, wiki tool',
  design_tool:
    'design tool, design software, prototyping tool, figma, sketch app, photoshop, creative cloud, canva pro, whiteboard tool, editor seat, font license, fonts',
  developer_tool:
    'developer tool, code hosting, ci minutes, ide, ide license, code review tool, git hosting, repository hosting, api testing, feature flags, error tracking, code editor, test runner minutes',
  monitoring:
    'monitoring, uptime, uptime monitoring, observability, logs, log ingestion, apm, status page, metrics, alerting',
  security_software:
    'password manager, antivirus, endpoint protection, security scan, vulnerability scan, penetration test, pentest, two factor keys',
  accounting_software:
    'accounting software, bookkeeping software, invoicing software, payroll software, expense tool',
  crm: 'crm, sales tool, helpdesk, support desk, customer support tool, sales pipeline, live chat tool',
  video_call: 'video call, video conferencing, zoom pro, meeting software, webinar software, webinar plan',
  office_suite:
    'office suite, microsoft 365, google workspace, workspace users, spreadsheet software, business starter, business standard',
  app: 'app, mobile app, in app purchase, app store, plugin, browser extension, wordpress plugin, theme, template',
  video_game:
    'video game, game key, steam key, game pass, dlc, in game currency, game console game, pc game, skins, loot box, game',
  streaming:
    'streaming, video streaming, movie rental, film rental, netflix, watch online, premium streaming, tv channel',
  music: 'music, album, vinyl record, mp3, music streaming, song, soundtrack, lp record, cd album',
  stock_media:
    'stock photo, stock photos, stock image, stock images, stock footage, royalty free, icon pack, music license, sound effects, stock video, photo license, photo licence, sound library',
  agent_service:
    '~agent, ~agents, other agents, hire an agent, worker agent, agent service, subagent, hire agent, agent task, worker agents, ~task, ~milestone, ~gig, ~freelancer',
  logo_design:
    'logo, logo concept, logo concepts, brand mark, logotype, wordmark, vector file, svg trace, svg, logo sketches',
  freelance_design:
    'graphic design, designer, banner design, flyer design, ui design, web design, brand guidelines, packaging design, slide design, colour palette, color palette, typography, mockup, mockups, photo retouching',
  writing:
    'copywriting, blog article, blog post, ghostwriting, proofreading, editing service, product descriptions, copy editing, press release, article words, content writing, cv writing, lektorat',
  translation:
    'translation, translate, translator, localization, localisation, interpreter, interpreting, sworn translation, certified translation, translated words, proof translation',
  data_entry:
    'data entry, typing, typing up, scanned forms, ocr to sheet, invoice ocr, manual entry, form entry, rows to sheet, spreadsheet entry, digitising, digitizing, ~rows',
  data_labelling:
    'data labelling, data labeling, annotation, annotations, labels, labelling, labeling, image tagging, bounding boxes',
  software_development:
    'software development, programming, coding, bug fix, bug bounty, code review, pull request, web development, script development, developer hours, integration work, smart contract audit, test writing',
  social_engagement:
    'upvotes, followers, likes, fake reviews, paid reviews, five star reviews, votes, subscribers pack, engagement pack, retweets',
  consulting:
    'consulting, consultation, advisory, coaching, expert call, quality review, strategy session, mentoring',
  legal:
    'legal, lawyer, attorney, notary, contract review, trademark, trademark filing, legal advice, terms of service review, patent, incorporation, law firm',
  accounting: 'accounting, bookkeeping, accountant, payroll, annual accounts, audit firm',
  tax: 'tax, tax return, vat payment, income tax, tax filing, customs duty',
  government_fee:
    'visa application, visa fee, passport, permit, licence fee, vehicle registration, esta, eta application, court fee, residence permit, company registration fee, apostille, id card',
  fine: 'fine, penalty notice, speeding ticket, parking fine, late fee',
};
