/** English words of travel, homes and people; marks as in the other English list. */
export const EN_CONSUMER: Readonly<Record<string, string>> = {
  business_travel:
    'travel, business trip, trip booking, travel booking, whole trip, travel arrangements, package holiday',
  flight:
    'flight, flights, airfare, plane ticket, airline ticket, return flight, round trip, fly, economy classic, air ticket, boarding, outbound flight, inbound flight, business class flight, nonstop, ~economy, ~fare',
  hotel:
    'hotel, hotel room, king room, queen room, double room, single room, twin room, guest house, inn, bed and breakfast, hostel, room for two, overnight stay, suite, accommodation, lodging, nights, night, motel, resort, ~stay, ~king, ~queen, ~room, ~breakfast',
  vacation_rental:
    'apartment, flat rental, entire loft, entire flat, entire apartment, holiday home, vacation rental, cottage, short stay, villa, homestay, loft, whole house',
  train:
    'train, train ticket, rail, railway, rail pass, rail ticket, high speed train, ice, tgv, eurostar, seat reservation, night train, sleeper, intercity, amtrak',
  bus: 'bus, coach, bus ticket, coach ticket, long distance bus, shuttle bus, airport bus',
  local_transit:
    'metro, subway, tram, public transport, transit pass, day pass, day ticket, underground ticket, travel card, transit card, transit, monthly pass, zone ab, zones 1, single ride ticket, commuter rail, local train, s bahn, u bahn, light rail',
  taxi: 'taxi, cab, uber ride, ride, rides, ride hailing, airport transfer, airport pickup, chauffeur, car service, black car, uberx, minicab, private transfer, ~ride hailing, ~fare, ~trip, ~transfer, ~drop off, ~pickup',
  micromobility:
    'scooter, e scooter, bike share, bike rental, bicycle rental, shared bike, bike hire, moped sharing, electric scooter',
  car_rental:
    'car rental, rental car, rent a car, rent a van, van, moving van, car hire, hire car, van rental, van hire, car sharing, compact car, suv rental, rental days, truck rental, campervan, collision waiver',
  ev_charging:
    'ev charging, charging session, kwh, electric vehicle charging, fast charger, charging station, supercharger, charge point, public charger, charger session, ~charger, ac charging, dc charging, kw charger, charge the car, charge the van, charge the company car, charge the company van, ev charger',
  fuel: 'fuel, petrol, gasoline, diesel, gas station, unleaded, litres of diesel, refuel',
  parking: 'parking, car park, parking garage, parking lot, parking space, park and ride',
  toll: 'toll, road toll, vignette, motorway toll, congestion charge, bridge toll',
  ferry: 'ferry, ferry crossing, cruise, boat ticket, car ferry',
  travel_extra:
    'ancillary, lounge access, fast track, seat selection, extra legroom, luggage storage, priority boarding',
  'flight.bag':
    'checked bag, checked baggage, baggage, luggage, hold bag, suitcase fee, extra bag, cabin bag, bag 23 kg',
  car_parts:
    'car part, tyre, tyres, tire, tires, winter tyres, brake pads, wiper blades, car battery, engine oil, automotive, car accessories, dash cam, decals, racing stripes, spark plugs',
  car_repair:
    'car repair, garage service, oil change, car inspection, car wash, car service, tyre change, mechanic, vehicle inspection',
  bicycle:
    'bicycle, bike, bike tube, cycling, helmet, bike lock, bike light, inner tube, bike repair, bike tyre, e bike',
  grocery:
    'grocery, groceries, food, ingredients, produce, supermarket, pantry, food basket, fresh food, snacks, organic box, ~basket, ~household, ~fresh, ~frozen, ~organic, ~produce box',
  'grocery.meat':
    'meat, chicken, beef, pork, bacon, ham, minced beef, sausage, sausages, steak, lamb, turkey, salami, prosciutto, ground beef, ribs, duck, veal, chorizo, mince',
  'grocery.fish':
    'fish, salmon, tuna, shrimp, prawns, mussels, shellfish, cod, squid, clams, anchovies, seafood, trout',
  'grocery.dairy':
    'milk, cheese, yoghurt, yogurt, butter, cream, eggs, egg, dairy, parmesan, mozzarella, feta',
  'grocery.produce':
    'lentils, spinach, oat milk, tofu, bananas, apples, potatoes, carrots, onions, tomatoes, salad, lettuce, fruit, vegetables, veg, beans, chickpeas, peppers, beetroot, mushrooms, broccoli, cucumber, lemons, oranges, berries, strawberries, avocado, garlic, ginger, herbs, basil, cabbage, zucchini, courgettes, pumpkin, kale, grapes, green beans, peas, seeds mix',
  'grocery.staple':
    'bread, rice, pasta, flour, sugar, olive oil, oil, cereal, oats, noodles, saffron, spices, paprika, stock, broth, sauce, salt, honey, jam, nuts, almonds, canned tomatoes, bomba, couscous, quinoa, vinegar, soy sauce, muesli, rolls, tortillas, baking powder, yeast, frozen burger, veggie burger, relish, peanut butter, short grain rice, chicken stock, fish stock, smoked paprika, wraps',
  'grocery.sweet':
    'chocolate, cookies, biscuits, candy, sweets, ice cream, crisps, chips snack, cake, truffles, pralines, gummy bears, hamper',
  'grocery.drink':
    'juice, mineral water, sparkling water, lemonade, cola, soft drink, soft drinks, soda, tea, smoothie, kombucha, energy drink, oat drink',
  coffee: 'coffee, coffee beans, espresso, latte, cappuccino, cold brew, coffee capsules',
  alcohol:
    'alcohol, wine, beer, whisky, whiskey, vodka, gin, rum, champagne, prosecco, rioja, red wine, white wine, liquor, spirits, cider, lager, ale, bordeaux, chianti, merlot, cocktail, cocktails, tequila, cognac, cava, ipa, stout, sake, malbec, pinot noir, chardonnay, riesling, sauvignon, brandy, mezcal',
  restaurant:
    'restaurant, dinner, lunch, meal, meals, brunch, pizza, sushi, burger, table booking, takeaway, takeout, food delivery, tasting menu, bistro, delivery meal, ramen, kebab, curry, burrito, sandwiches, sandwich, set menu, noodle soup',
  catering:
    'catering, catering tray, buffet, party platter, canapes, finger food, lunch for the team, sandwich platter',
  household:
    'dish soap, bin liners, paper towels, toilet paper, detergent, laundry detergent, cleaning supplies, washing powder, sponges, trash bags, household supplies, dishwasher tabs, hand soap, light bulbs, batteries',
  tobacco: 'tobacco, cigarettes, cigarette, cigars, vape, e cigarette, nicotine, shisha',
  flowers:
    'flowers, flower, bouquet, roses, tulips, orchid, florist, potted plant, flower delivery, lilies, sunflowers, peonies, wreath, plant arrangement, mixed roses',
  gift: 'gift, present, birthday present, birthday gift, anniversary gift, wedding gift, gift set, gift box, souvenir, gift basket, christmas present, keepsake',
  craft:
    'craft, craft kit, knitting, yarn, paint set, watercolour, watercolor, sewing, embroidery, throwing kit, clay, art supplies, canvas, brushes, acrylic paint, origami, crochet, hobby kit',
  pottery:
    'pottery, stoneware, ceramic, ceramics, earthenware, porcelain, glaze, handmade bowl, clay mug, teapot',
  garden:
    'garden, gardening, seeds, planter, trowel, plants, soil, compost, pruning shears, watering can, bulbs, seed collection, lawn mower, flower pot, fertiliser, fertilizer, shrub, herb seeds, greenhouse, secateurs',
  toys: 'toy, toys, lego, doll, puzzle, board game, board games, plush, teddy bear, building blocks, jigsaw, train set, action figure, playset, card game',
  musical_instrument:
    'guitar, piano, keyboard piano, violin, guitar strings, drum kit, ukulele, amplifier, synthesizer, flute, sheet music',
  sport_goods:
    'running shoes, yoga mat, dumbbells, tennis racket, football boots, ski, skis, hiking boots, tent, sleeping bag, camping, camping gear, backpack, wetsuit, fishing rod, treadmill, sport equipment, football jersey, surfboard, climbing rope, kettlebell, soccer ball',
  fitness:
    'gym, gym membership, fitness studio, fitness, crossfit, yoga class, yoga classes, pilates, swimming pool, climbing gym, personal trainer, fitness class',
  sport_class:
    'ski lesson, surf lesson, tennis lesson, swimming lesson, riding lesson, court booking, golf, green fee, ski pass, lift pass, ski rental, race entry, marathon entry',
  experience:
    'experience, workshop evening, escape room, hot air balloon, guided tour, city tour, tour, boat trip, cooking class, wine tasting, wheel throwing evening, tasting, theme park, amusement park, zoo, excursion, safari, paragliding',
  museum: 'museum, exhibition, gallery, museum ticket, museum entry',
  cinema: 'cinema, movie, movie ticket, film screening, imax',
  event_ticket:
    'cat a, cat b, cat c, category a, category b, category c, block a, block b, block c, ticket, tickets, concert, festival, concert ticket, theatre, theater, opera, musical, show ticket, gig ticket, match ticket, seats, stadium, standing, front row, matinee, admission, football match, ballet, seated, stalls, balcony, box seat, ~seat, ~block, ~cat, ~category, ~row',
  conference:
    'conference, conference pass, conference ticket, early bird, early registration, summit, trade fair, delegate pass, meetup, hackathon, symposium, attendee pass, passes, ~registration, ~pass',
  venue_hire: 'venue hire, venue, room hire, meeting room, hall hire, party room, conference room',
  coworking: 'coworking, hot desk, desk day pass, office space, coworking pass, dedicated desk',
  book: 'book, books, paperback, hardcover, textbook, novel, hardback, board book, cookbook, comic, manga, used book, copies, biography, atlas, dictionary, children s book, picture book, ~copy, ~edition, ~isbn',
  ebook: 'ebook, e book, epub, kindle edition, kindle book, digital book',
  audiobook: 'audiobook, audio book, audible',
  magazine: 'magazine, journal subscription, comic subscription, print issue',
  online_course:
    'online course, course, courses, class, video course, lecture, lectures, mooc, bootcamp, masterclass, online class, training course, self paced, nanodegree, certificate course, specialization, module, e learning, learning path, enrollment, enrolment, ~lessons, ~training, ~certificate',
  tutoring:
    'tutoring, tutor, private lesson, private lessons, language lesson, language lessons, conversation lesson, homework help, one to one lesson, music lesson, speaking practice, trial lesson, 1 1 lesson, math lesson, exam prep lesson',
  certification:
    'certification, exam fee, exam, certification exam, exam voucher, test fee, toefl, ielts, proctored exam, exam registration',
  school:
    'school fee, tuition, school trip, university fee, school lunch, semester fee, school uniform, summer camp, kindergarten fee',
  childcare: 'childcare, babysitter, babysitting, nanny, daycare, nursery',
  baby: 'baby, diapers, nappies, baby formula, stroller, pram, baby clothes, baby food, wipes, car seat, crib, pushchair',
  office_supply: 'office supply, office supplies, stationery, ~binder, ~folder',
  'office_supply.paper':
    'paper ream, reams, copy paper, printer paper, a4 paper, a4, ream, letter paper, paper reams',
  'office_supply.pen':
    'pens, pen, pencil, pencils, markers, ballpoint, highlighter, highlighters, whiteboard markers, gel pens, fineliner',
  'office_supply.note':
    'notebook, notebooks, notepad, notepads, post it, sticky notes, notes block, legal pads',
  'office_supply.file':
    'envelopes, folders, staples, stapler, paper clips, binders, ring binder, file folders, labels roll, hole punch, tape, scissors, whiteboard, desk organizer, lever arch files, padded envelopes',
  printer_supply:
    'toner, ink, ink cartridge, ink cartridges, toner cartridge, printer ink, cartridge, cartridges, drum unit, laserjet cartridge',
  printing:
    'printing, print run, business cards, business card, flyers, flyer, posters, poster printing, brochure, brochures, stickers, photo prints, leaflets, t shirt printing, banner printing, photo book, roll up, letterheads, booklets',
  furniture:
    'furniture, ~desk, office desk, office chair, chair, chairs, ~table, sofa, bookshelf, shelf, standing desk, dining table, office table, wardrobe, mattress, bed frame, desk lamp, cabinet, drawer, filing cabinet, stool, couch, armchair, bench, coffee table',
  home_decor:
    'home decor, vase, candle, candles, picture frame, rug, curtain, curtains, cushion, wall art, mirror, lamp, blanket, decoration, decorations, throw pillow, bed linen, towels, poster frame',
  kitchenware:
    'kitchenware, pan, pot set, frying pan, knife set, kitchen knife, cutting board, mug, plates, cutlery, bowl, gas burner, paella pan, cookware, baking tray, tableware, chef s knife, wine glasses, thermos',
  appliance:
    'appliance, washing machine, fridge, refrigerator, vacuum cleaner, dishwasher, coffee machine, espresso machine, toaster, kettle, blender, microwave, air fryer, robot vacuum, oven, iron, hair dryer, dehumidifier, fan heater, air conditioner',
  home_improvement:
    'paint, wall paint, drill, cordless drill, screws, hammer, ~tools, plywood, lumber, tiles, hardware store, diy, power tools, hand tools, ladder, wallpaper, primer, sandpaper, paint roller, screwdriver, saw, cement, insulation, floorboards, laminate, silicone sealant, brackets, door handle, tap, faucet',
  cleaning:
    'cleaning service, house cleaning, cleaner, window cleaning, laundry service, dry cleaning, deep clean, office cleaning',
  home_repair:
    'plumber, electrician, plumbing, handyman, locksmith, repair service, heating repair, boiler service, painter, roofer, gardener service, pest control, installation service',
  utilities:
    'electricity, electricity bill, gas bill, water bill, heating bill, utility bill, power bill, waste collection',
  rent: 'rent payment, monthly rent, apartment rent, security deposit for flat, lease payment',
  shipping:
    'shipping, courier, parcel, postage, shipping label, parcel label, freight, package delivery, express parcel, registered mail, stamps, post office, return label, pallet, ~label, ~delivery',
  storage_space: 'self storage, storage unit, storage locker, locker',
  moving: 'moving company, removal van, movers, moving boxes, relocation service',
  computer_part:
    'computer part, computer parts, pc component, pc parts, spare part laptop, computer hardware, components, pc build',
  'computer_part.gpu':
    'graphics card, rtx, rtx 4090, rtx 5090, rtx 3090,  geforce, radeon, video card, rtx 4060, rtx 5070, rtx 5080',
  'computer_part.cpu': 'cpu, processor, ryzen, core i7, core i5, threadripper, intel core, xeon, core i9',
  'computer_part.ram':
    'ram, ddr4, ddr5, memory kit, memory module, sodimm, dimm, memory upgrade, so dimm, ecc memory, corsair vengeance, crucial',
  'computer_part.disk':
    'ssd, nvme, hard drive, hard disk, hdd, m 2 drive, nas drive, solid state drive, 990 pro, sata drive, external drive, m 2',
  'computer_part.other':
    'motherboard, mainboard, power supply unit, psu, pc case, cooler, thermal paste, cpu cooler, case fan, network card, raid controller, server rack, water cooling',
  computer:
    'laptop, computer, macbook, notebook computer, desktop pc, workstation, chromebook, mini pc, raspberry pi, gaming pc, server hardware, thinkpad, refurbished laptop, imac, nas enclosure',
  electronics:
    'electronics, tv, television, camera, headphones, earbuds, speaker, speakers, soundbar, smartwatch, drone, e reader, kindle paperwhite, games console, ps5 console, ps5, playstation, nintendo switch, xbox, console, gopro, headset, projector, smart home, tripod, lens, robot, noise cancelling, drawing tablet, airpods, vr headset',
  'electronics.monitor':
    'monitor, monitors, display 27, 27 inch, 4k display, ultrawide, computer screen, usb c display',
  phone_device:
    'iphone, smartphone, mobile phone, galaxy s, pixel phone, tablet, ipad, android phone, phone handset',
  accessory:
    'usb cable, cable, cables, phone charger, ~charger, usb charger, wall charger, hdmi cable, adapter, phone case, screen protector, mouse, keyboard, webcam, usb hub, docking station, laptop stand, power bank, usb stick, ethernet cable, mouse pad, dock, microphone, usb c, trackpad, monitor arm, hub, power strip, memory card, sd card, sim tray',
  clothing:
    'clothing, clothes, shirt, t shirt, t shirts, jacket, trousers, jeans, dress, coat, sweater, hoodie, socks, underwear, suit, scarf, gloves, hat, skirt, swimwear, raincoat, pullover, blouse, polo shirt, handbag, apparel, winter coat, leggings, pyjamas, costume',
  shoes: 'shoes, sneakers, boots, sandals, trainers, winter boots, heels, slippers, shoe, loafers',
  jewellery:
    'jewellery, jewelry, ring, necklace, earrings, bracelet, watch, gold chain, diamond, wristwatch, pendant',
  cosmetics:
    'cosmetics, make up, makeup, perfume, shampoo, skin care, skincare, moisturizer, sunscreen, lipstick, face cream, deodorant, toothpaste, shower gel, serum',
  hairdresser: 'haircut, hairdresser, barber, manicure, nail salon, beauty salon, hair salon, beard trim',
  spa: 'spa, massage, sauna, wellness, spa day, minibar, facial',
  pharmacy:
    'pharmacy, medicine, painkiller, ibuprofen, paracetamol, vitamins, prescription, first aid, first aid kit, bandages, allergy tablets, cough syrup, aspirin, supplement, protein powder, face masks, drugstore, antihistamine, plasters, nasal spray',
  health:
    'doctor, medical, clinic, physiotherapy, therapy session, vaccination, blood test, health check, hospital, psychotherapist, medical test, lab test, telehealth, physio session, therapist, general practitioner',
  dental: 'dentist, dental, teeth cleaning, orthodontist, filling',
  optician:
    'glasses, contact lenses, optician, eye test, spectacles, prescription glasses, sunglasses, reading glasses',
  pet: 'pet, dog food, cat food, dog, ~cat, pet food, cat litter, dog leash, pet supplies, aquarium, bird seed, kibble, dog bed, pet sitter, dog toy, chew toy, hay for rabbits, scratching post, dog walker, litter, kitten food, puppy food, wet food',
  vet: 'vet, veterinary, veterinarian, pet vaccination, animal clinic, neutering',
  insurance:
    'insurance, travel insurance, liability insurance, insurance premium, warranty, protection plan, extended warranty, policy premium, car insurance, health insurance, coverage, cancellation cover',
  donation:
    'donation, donate, charity, fundraiser, charitable, sponsorship of child, relief fund, foundation, red cross, crowdfunding',
  political: 'political donation, campaign contribution, election fund',
  membership:
    'membership, member fee, club membership, annual membership, prime membership, elite membership, association fee, loyalty club, vip club, membership fee, membership renewal',
  gift_card:
    'gift card, giftcard, gift cards, e gift card, egift card, egift, gift voucher, gift certificate, prepaid card, prepaid debit card, wallet code, voucher code, store credit, itunes card, steam wallet, prepaid visa, gift code, prepaid mastercard, top up card, wallet top up, paysafecard, reloadable card, load card, vanilla card, gift balance, shop voucher, redeemable balance, digital voucher, ~voucher',
  crypto:
    'crypto, bitcoin, btc, ethereum, eth, usdt, cryptocurrency, nft, token swap, token purchase, stablecoin, solana, crypto purchase, token sale, presale, airdrop, memecoin, staking, dogecoin, xrp, onramp, on ramp, usdc purchase, convert to usdc, hardware wallet seed',
  money_transfer:
    'money transfer, wire transfer, western union, moneygram, cash advance, bank transfer, remittance, p2p transfer, send money, cash withdrawal, atm, peer to peer payment, treasury transfer, pay by transfer, funds transfer',
  mining: 'hashpower, hashrate, mining contract, cloud mining, crypto mining, coin mining, mining rig',
  bank_fee: 'bank fee, account fee, overdraft fee, credit card payment, loan repayment, loan, mortgage',
  investment:
    'stocks, shares of, etf, brokerage deposit, bonds, investment fund, trading account, forex, gold bars, securities, trading deposit',
  gambling:
    'casino, bet, bets, betting, poker, lottery, lottery ticket, slot machine, sportsbook, roulette, raffle, sports bet, scratch card, casino chips, jackpot',
  adult: 'adult content, porn, escort, sex toy, onlyfans, cam show, dating subscription',
  weapons:
    'weapon, weapons, gun, rifle, ammunition, pistol, firearm, ammo, pepper spray, crossbow, hunting knife, taser, silencer',
};
