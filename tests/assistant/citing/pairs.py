"""Sentences of our own, each with one that says the same and one that says otherwise.

They measure `assistant.citing.support`; nothing in it is fitted to them.
"""

from __future__ import annotations

# (what the article says, the same in other words, something else of the same things)
PAIRS = (
    ("The city council voted on Tuesday to close the old bridge to lorries.", "Lorries may no longer use the old bridge after the council's vote on Tuesday.", "The city council voted on Tuesday to open the old bridge to lorries."),
    ("Rescuers pulled nine miners alive from the flooded shaft.", "Nine miners were rescued alive from the shaft, which had flooded.", "Rescuers pulled six miners alive from the flooded shaft."),
    ("The company will cut 1,200 jobs at its plant in Lindholm.", "At its Lindholm plant the company is cutting 1,200 jobs.", "The company will create 1,200 jobs at its plant in Lindholm."),
    ("Prime Minister Ana Kovic resigned after losing a vote of confidence.", "Ana Kovic stepped down as prime minister when she lost a confidence vote.", "Prime Minister Ana Kovic won a vote of confidence."),
    ("Police arrested two men over the theft of a painting from the museum.", "Two men were arrested by police over a painting stolen from the museum.", "Police released two men over the theft of a painting from the museum."),
    ("The central bank raised its main rate to 4.25 per cent.", "The main rate of the central bank now stands at 4.25 percent.", "The central bank lowered its main rate to 4.25 per cent."),
    ("Heavy rain forced the organisers to call off the final.", "The final was called off by the organisers because of heavy rain.", "The organisers held the final in spite of heavy rain."),
    ("Wildfires have destroyed 300 homes on the island since Friday.", "Since Friday 300 homes on the island were destroyed by wildfires.", "Wildfires have destroyed 300 homes on the mainland since Friday."),
    ("The court rejected the appeal of the former mayor.", "The former mayor's appeal was rejected by the court.", "The court upheld the appeal of the former mayor."),
    ("Scientists found water ice in a crater near the south pole of the Moon.", "Near the Moon's south pole, scientists found ice in a crater.", "Scientists found no water ice in a crater near the south pole of the Moon."),
    ("The airline said that the pilot had reported smoke in the cockpit.", "According to the airline, smoke in the cockpit had been reported by the pilot.", "The airline denied that the pilot had reported smoke in the cockpit."),
    ("Unemployment fell to its lowest level in ten years.", "Unemployment is at its lowest for ten years.", "Unemployment rose to its highest level in ten years."),
    ("Teachers ended their strike after the government offered a pay rise.", "The teachers' strike ended when the government offered them more pay.", "Teachers began a strike after the government refused a pay rise."),
    ("The ferry ran aground off Sandoy, but none of the 84 people aboard was hurt.", "All 84 people aboard were unhurt when the ferry ran aground off Sandoy.", "The ferry ran aground off Sandoy, and 84 people aboard were hurt."),
    ("Norway beat Japan 3-1 and will meet Spain in the semi-final.", "Norway will play Spain in the semi-final after beating Japan 3-1.", "Japan beat Norway 3-1 and will meet Spain in the semi-final."),
    ("The minister promised to publish the report before the summer.", "Before the summer the report will be published, the minister promised.", "The minister refused to publish the report before the summer."),
    ("Residents were told to boil their tap water until further notice.", "Until further notice, residents have to boil tap water.", "Residents were told that their tap water was safe to drink."),
    ("The museum bought the letters at auction for $2.3 million.", "At an auction, the museum paid $2.3 million for the letters.", "The museum sold the letters at auction for $2.3 million."),
    ("The driver of the tram fell asleep, investigators said.", "Investigators said that the tram's driver had fallen asleep.", "The passenger of the tram fell asleep, investigators said."),
    ("Parliament passed the law by 112 votes to 98.", "The law was passed by parliament with 112 votes against 98.", "Parliament passed the law by 98 votes to 112."),
    ("The zoo's oldest elephant died at the age of 61.", "At 61 years of age, the oldest elephant of the zoo has died.", "The zoo's youngest elephant was born 61 days ago."),
    ("Farmers blocked the motorway with tractors to protest against the fuel tax.", "Protesting against the fuel tax, farmers used tractors to block the motorway.", "Farmers blocked the motorway with tractors to demand a fuel tax."),
    ("The drug did not slow the disease in a trial with 600 patients.", "In a trial of 600 patients the drug failed to slow the disease.", "The drug slowed the disease in a trial with 600 patients."),
    ("A power cut left half of the capital in the dark for three hours.", "Half of the capital was without power for three hours.", "A power cut left half of the capital in the dark for three days."),
    ("The writer refused the prize because of its sponsor.", "Because of its sponsor, the prize was refused by the writer.", "The writer accepted the prize because of its sponsor."),
    ("The two countries agreed to reopen their border on 1 October.", "The border between the two countries will be reopened on 1 October.", "The two countries agreed to close their border on 1 October."),
    ("Engineers blamed a rusted valve for the leak at the refinery.", "The leak at the refinery came from a rusted valve, engineers said.", "Engineers ruled out a rusted valve as the cause of the leak at the refinery."),
    ("Her brother, Tomas Reyes, led the expedition to the glacier.", "The expedition to the glacier was led by Tomas Reyes, her brother.", "Her father, Tomas Reyes, led the expedition to the glacier."),
    ("The airport expects 20,000 passengers a day during the festival.", "During the festival, 20,000 passengers a day are expected at the airport.", "The airport expects 200,000 passengers a day during the festival."),
    ("Most of the coral on the reef has bleached, divers reported.", "Divers reported that most of the reef's coral has bleached.", "None of the coral on the reef has bleached, divers reported."),
)  # fmt: skip
