"""The words of the demo: invented people, invented small Dutch businesses, what they ask for."""

MANAGER = "Marjolein Kuiper"

# How the people of the pictures are called; the first one is who a newcomer may be.
RIJNMOND_PEOPLE = (
    "Sanne Visser",
    "Youssef Amrani",
    "Marloes Bakker",
    "Daan de Vries",
    "Priya Ramdin",
    "Joost Lammers",
    "Fatma Yıldız",
    "Bas Hendriks",
)
VELUWE_PEOPLE = (
    "Ilse van den Brink",
    "Ruben Wolters",
    "Naima el Idrissi",
    "Gerrit Bosch",
    "Lotte Schut",
    "Koen Peters",
)

# name, sector, place
RIJNMOND_CUSTOMERS = (
    ("Van Wijk Installaties", "Building services", "Schiedam"),
    ("Zorggroep Meerdal", "Care", "Spijkenisse"),
    ("Bakkerij De Korenaar", "Bakery", "Vlaardingen"),
    ("Gemeente Oosterweel", "Local government", "Oosterweel"),
    ("Fietsenhuis Kramer", "Bicycle shop", "Rotterdam"),
    ("Notariskantoor Van Dam", "Notary", "Rotterdam"),
    ("Camping De Duinpan", "Campsite", "Oostvoorne"),
    ("Apotheek Centrum", "Pharmacy", "Maassluis"),
    ("Transport Schouten", "Transport", "Barendrecht"),
    ("Basisschool De Regenboog", "School", "Capelle"),
    ("Uitgeverij De Kade", "Publisher", "Rotterdam"),
    ("Optiek Helder", "Optician", "Hellevoetsluis"),
    ("Glashandel Prins", "Glazier", "Ridderkerk"),
    ("Kapsalon Mooi", "Hairdresser", "Schiedam"),
    ("Autobedrijf Hendriks", "Garage", "Hoogvliet"),
    ("Slagerij Molenaar", "Butcher", "Brielle"),
    ("Kwekerij Groenrijk", "Nursery", "Bleiswijk"),
    ("Dierenkliniek Zuid", "Vet", "Rotterdam"),
    ("Boekhandel Blok", "Bookshop", "Vlaardingen"),
    ("Jachthaven Westerdiep", "Marina", "Maassluis"),
    ("IJssalon Venezia", "Ice cream", "Rotterdam"),
    ("Woningstichting Thuishaven", "Housing", "Schiedam"),
)
VELUWE_CUSTOMERS = (
    ("Hoeve De Eikelkamp", "Farm shop", "Barneveld"),
    ("Manege Het Zandpad", "Riding school", "Ermelo"),
    ("Hotel De Heidezoom", "Hotel", "Otterlo"),
    ("Houthandel Ter Beek", "Timber", "Nunspeet"),
    ("Imkerij Zoet", "Beekeeper", "Putten"),
    ("Molen De Vriendschap", "Mill", "Elspeet"),
    ("Kaasmakerij Veldzicht", "Dairy", "Lunteren"),
    ("Museum De Smederij", "Museum", "Harderwijk"),
    # Both teams serve this one: it has a yard in the harbour and one in the woods.
    ("Transport Schouten", "Transport", "Barendrecht"),
)

# kind of business, sector
TRADES = (
    ("Administratiekantoor", "Accountant"),
    ("Architectenbureau", "Architect"),
    ("Bakkerij", "Bakery"),
    ("Bloemenhuis", "Florist"),
    ("Brood en Banket", "Bakery"),
    ("Dakdekkersbedrijf", "Roofing"),
    ("Drukkerij", "Printer"),
    ("Eetcafé", "Restaurant"),
    ("Fysiotherapie", "Care"),
    ("Garage", "Garage"),
    ("Hoveniersbedrijf", "Gardener"),
    ("Installatiebedrijf", "Building services"),
    ("Juwelier", "Jeweller"),
    ("Kinderopvang", "Child care"),
    ("Makelaardij", "Estate agent"),
    ("Meubelmakerij", "Furniture"),
    ("Rijschool", "Driving school"),
    ("Schildersbedrijf", "Painter"),
    ("Schoenmakerij", "Cobbler"),
    ("Slagerij", "Butcher"),
    ("Sportschool", "Gym"),
    ("Tandartspraktijk", "Dentist"),
    ("Timmerbedrijf", "Carpenter"),
    ("Viswinkel", "Fishmonger"),
    ("Wijnhandel", "Wine shop"),
)
FAMILIES = (
    "Van Aalst", "Barendse", "De Bie", "Blokland", "Ter Borg", "Brouwer", "Van der Burg",
    "Dekker", "Dijkstra", "Van Dongen", "Van Es", "Franken", "Van der Giessen", "De Groot",
    "Groeneveld", "Van Haaren", "Hoekstra", "Van den Hoek", "Huisman", "Jonker", "De Jong",
    "Kamp", "Karels", "Klaassen", "Koster", "Kuipers", "Van der Laan", "Lindeman", "De Lange",
    "Maas", "Meerman", "Van der Meulen", "Nijland", "Noordhoek", "Oosterom", "Otten", "Pals",
    "Post", "Rietveld", "De Ruiter", "Schaap", "Smit", "Snoek", "Van Straten", "Terpstra",
    "Verhoeven", "Vermeer", "Vink", "Vos", "Westra", "De Wit", "Wouters", "Zandstra", "Zijlstra",
)  # fmt: skip
RIJNMOND_PLACES = (
    "Barendrecht", "Brielle", "Capelle", "Hoogvliet", "Maassluis", "Ridderkerk", "Rotterdam",
    "Schiedam", "Spijkenisse", "Vlaardingen",
)  # fmt: skip
VELUWE_PLACES = (
    "Apeldoorn", "Barneveld", "Ede", "Ermelo", "Harderwijk", "Nunspeet", "Putten", "Vaassen",
)  # fmt: skip
FIRST_NAMES = (
    "Anneke", "Arjan", "Bianca", "Carolien", "Dirk", "Ellen", "Erik", "Femke", "Floor", "Gijs",
    "Hanneke", "Hassan", "Inge", "Jeroen", "Karin", "Laila", "Maarten", "Mehmet", "Nicole",
    "Peter", "Rianne", "Sjoerd", "Tamara", "Wendy", "Wim",
)  # fmt: skip
ROLES = ("Owner", "Manager", "Office", "Bookkeeper", "Partner")

# What is asked for, and what it may come to in euros.
REQUESTS = (
    ("Online ordering", (1800, 3200, 5600)),
    ("Card payments at the counter", (900, 1200, 3200)),
    ("Wi-Fi in the yard", (1200, 2400, 4800)),
    ("Move to new building", (4800, 7500, 12000)),
    ("Phone and internet for two sites", (2400, 5600, 7500)),
    ("Second location", (3200, 5600, 7500)),
    ("Service contract", (1200, 1800, 2400)),
    ("Yearly check", (900, 1200, 1800)),
    ("Extra seats", (900, 1800, 3200)),
    ("Cameras at the gate", (1800, 2400, 4800)),
    ("Backup line", (1200, 1800, 3200)),
    ("Everything in one contract", (7500, 12000, 18500)),
)
# What a team knows of its customers besides.
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CLOSED = (
    ("Sunday",),
    ("Saturday", "Sunday"),
    ("Monday", "Sunday"),
    ("Saturday", "Sunday"),
    ("Wednesday", "Sunday"),
)
PARKING = (
    "In the yard behind the building, ask for the gate",
    "Two places in front, until eleven",
    "On the street, paid",
    "At the loading bay, ring first",
    "Under the building, height 1.90 m",
)
TIMES_TO_CALL = ("Before nine", "In the morning", "After lunch", "After closing time")
SHARE_WITH_A_CAR_PARK, SHARE_WITH_TILLS, SHARE_WHO_SAY_WHEN = 0.8, 0.6, 0.8
TAGS = ("Needs a survey", "Several locations", "Renewal", "Before the summer")
SOURCES = ("Recommended", "Website", "Telephone", "Existing customer", "Trade fair")

# What comes next, stage by stage: while the deal stands there.
STEPS = (
    ("Call back", "Visit on site", "Ask what is there now"),
    ("Send summary", "Visit on site", "Ask about delivery"),
    ("Share draft proposal", "Price check", "Call about the proposal"),
    ("Plan installation", "Ask for the signature", "Courtesy call"),
)
LOSSES = (
    "Too expensive",
    "Postponed to next year",
    "No answer after three calls",
    "Stays with the present supplier",
    "Does it with own people",
    "Delivery would take too long",
)
# What goes wrong afterwards, and within how many working days it is put right.
SERVICE_REQUESTS = (
    ("No internet since this morning", 1),
    ("Card terminal drops out", 1),
    ("New colleague needs access", 2),
    ("Calls go to the wrong number", 2),
    ("Router restarts every night", 3),
    ("The invoice is not right", 3),
    ("Wi-Fi does not reach the back room", 5),
    ("Camera at the gate is out of focus", 5),
    ("Cable in the way of the new counter", 8),
)
SERVICE_SOURCES = ("Telephone", "Telephone", "E-mail", "Website")
NOT_SOLVED_BECAUSE = "The fault is in the supplier’s network"
LATELY_LOST = ("Chose a cheaper supplier", "Too expensive")

STREETS = (
    "Dorpsstraat", "Havenkade", "Industrieweg", "Kerkplein", "Lindelaan", "Marktstraat",
    "Molenweg", "Parallelweg", "Stationsstraat", "Veerdam", "Wilgenlaan", "Zandpad",
)  # fmt: skip
# How many contacts gave the number of a telephone.
SHARE_WITH_A_PHONE = 0.7
