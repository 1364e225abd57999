# Geiriau sydd ar bob sgrin: llinell statws, bysellau, problemau, camau, rolau, misoedd.

# Llinell 1 a 2
status-product = DESG RA
status-online = AR-LEIN
status-offline-since = ALL-LEIN ers { $time }
status-offline = ALL-LEIN
status-refused = MAE'R GANOLFAN YN GWRTHOD Y DDESG HON
status-clock-doubt = AMHEUAETH AM Y CLOC, ni ellir cofrestru na rhoi cardiau
status-queue-empty = dim byd yn aros
status-queue = { $count } yn aros
status-queue-refused = { $count ->
    [one] 1 wedi'i wrthod, mae angen i chi weithredu
   *[other] { $count } wedi'u gwrthod, mae angen i chi weithredu
}
status-safe = mae'n ddiogel parhau
status-agent-reader = darllenydd yr asiant: { $state }
status-customer-reader = darllenydd y cwsmer: { $state }
status-one-reader = darllenydd: { $state }
reader-missing = heb ei gysylltu
reader-empty = gwag
reader-card = cerdyn
reader-busy = yn gweithio, peidiwch â thynnu'r cerdyn
reader-unreadable = cerdyn na ellir ei ddarllen
printer-none = dim argraffydd
printer-ready = argraffydd yn barod
printer-printing = yn argraffu
printer-stopped = argraffydd wedi stopio, ewch i weld
printer-gone = argraffydd heb ei gysylltu
demo-line = DEMO, dim byd yn real. F11: rhoi cardiau i mewn, achosi namau. Cod pas: 482913

# Bysellau sy'n gwneud yr un peth ar bob sgrin
error-too-long = Mae hynny'n hirach nag y mae'r maes hwn yn ei dderbyn. Ni roddwyd y diwedd i mewn
key-continue = Parhau
key-back = Yn ôl
key-next-field = Maes nesaf
key-help = Cymorth
key-leave = Gadael, wedi'i gadw
key-list = Rhestr
key-retry = Ceisio eto
key-language = English
key-contrast = Cyferbyniad
key-privacy = Preifatrwydd
key-lock = Cloi
key-check = Gwirio'r atebion
key-undo = Dadwneud
key-find = Chwilio am berson
key-choose = Dewis
key-more = Rhagor

# Lluniadu
more-below = rhagor isod: PgDn
more-above = rhagor uchod: PgUp
more-both = rhagor uchod ac isod: PgUp, PgDn
keys-heading = Bysellau sy'n gweithio nawr
cannot-choose = ddim nawr: { $reason }

# Problemau
problem-heading = Mae problem
tries-left = { $count ->
    [zero] dim cynnig ar ôl
    [one] 1 cynnig ar ôl
    [two] 2 gynnig ar ôl
    [few] 3 chynnig ar ôl
    [many] 6 chynnig ar ôl
   *[other] { $count } cynnig ar ôl
}

# Camau
step-done = Wedi'i wneud
step-now = Nawr
step-next = Nesaf
step-then = Wedyn
step-failed = Stopiwyd
step-seconds = { $seconds } eiliad
step-seconds-usual = { $seconds } eiliad, dan { $usual } fel arfer

# Cyfrif
count-of = { $number } o { $total }
minutes-long = { $count ->
    [two] 2 funud
   *[other] { $count } munud
}
hours-long = { $hours } awr { $minutes ->
    [two] 2 funud
   *[other] { $minutes } munud
}

# Rolau
role-ra_manager = Rheolwr RA
role-ra_agent_advanced = Asiant RA (Uwch)
role-ra_agent = Asiant RA
role-sponsor = Noddwr
role-id_checker = Asiant RA, Gwirio Hunaniaeth
role-lsa = Gweinyddwr Cardiau Clyfar Lleol

# Dyddiadau
date-day = { $day } { $month } { $year }
month-1 = Ionawr
month-2 = Chwefror
month-3 = Mawrth
month-4 = Ebrill
month-5 = Mai
month-6 = Mehefin
month-7 = Gorffennaf
month-8 = Awst
month-9 = Medi
month-10 = Hydref
month-11 = Tachwedd
month-12 = Rhagfyr

# Y sgrin blaen, fesul llinell
plain-choices = { $count ->
    [two] 2 ddewis:
   *[other] { $count } dewis:
}
plain-rows = { $count ->
    [two] 2 res:
    [few] 3 rhes:
   *[other] { $count } rhes:
}
plain-here = rydych chi yma
plain-field-empty = gwag
plain-secret = { $count ->
    [zero] dim byd wedi'i deipio eto
    [one] 1 arwydd wedi'i deipio
   *[other] { $count } arwydd wedi'u teipio
}
plain-error = anghywir: { $text }
plain-keys = Bysellau: { $keys }
plain-picture = Llun: { $text }
plain-pointed = Wrth arwydd { $number } ar linell { $line }: { $text }
plain-danger = Gofal. Ni ellir dadwneud hyn.
