# Words that stand on every screen: status line, keys, problems, steps, roles, months.

# Line 1 and 2
status-product = RA DESK
status-online = ONLINE
status-offline-since = OFFLINE since { $time }
status-offline = OFFLINE
status-refused = THE CENTRE REFUSES THIS DESK
status-clock-doubt = CLOCK IN DOUBT, register and issue are stopped
status-queue-empty = nothing waiting
status-queue = { $count } waiting
status-queue-refused = { $count ->
    [one] 1 refused, needs you
   *[other] { $count } refused, need you
}
status-safe = safe to continue
status-agent-reader = agent reader: { $state }
status-customer-reader = customer reader: { $state }
status-one-reader = reader: { $state }
reader-missing = not connected
reader-empty = empty
reader-card = a card
reader-busy = working, do not remove the card
reader-unreadable = a card that cannot be read
printer-none = no printer
printer-ready = printer ready
printer-printing = printing
printer-stopped = printer stopped, see to it
printer-gone = printer not connected
demo-line = DEMO, nothing is real. F11: put cards in, cause faults. Every passcode: 482913

# Keys that do the same on every screen
error-too-long = That is longer than this field takes. The last of it was not put in
key-continue = Continue
key-back = Back
key-next-field = Next field
key-help = Help
key-leave = Leave, saved
key-list = List
key-retry = Try again
key-language = Cymraeg
key-contrast = Contrast
key-privacy = Privacy
key-lock = Lock
key-check = Check answers
key-undo = Undo
key-find = Find a person
key-choose = Choose
key-more = More

# Drawing
more-below = more below: PgDn
more-above = more above: PgUp
more-both = more above and below: PgUp, PgDn
keys-heading = Keys that work now
cannot-choose = not now: { $reason }

# Problems
problem-heading = There is a problem
tries-left = { $count ->
    [0] no tries left
    [one] 1 try left
   *[other] { $count } tries left
}

# Steps
step-done = Done
step-now = Now
step-next = Next
step-then = Then
step-failed = Stopped
step-seconds = { $seconds } s
step-seconds-usual = { $seconds } s, usually under { $usual }

# Counting
count-of = { $number } of { $total }
minutes-long = { $count ->
    [one] 1 min
   *[other] { $count } min
}
hours-long = { $hours } h { $minutes } min

# Roles
role-ra_manager = RA Manager
role-ra_agent_advanced = RA Agent (Advanced)
role-ra_agent = RA Agent
role-sponsor = Sponsor
role-id_checker = RA Agent ID Checker
role-lsa = Local Smartcard Administrator

# Dates
date-day = { $day } { $month } { $year }
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December

# The plain front end, line by line
plain-choices = { $count ->
    [one] 1 choice:
   *[other] { $count } choices:
}
plain-rows = { $count ->
    [one] 1 row:
   *[other] { $count } rows:
}
plain-here = you are here
plain-field-empty = empty
plain-secret = { $count ->
    [0] nothing typed yet
    [one] 1 sign typed
   *[other] { $count } signs typed
}
plain-error = wrong: { $text }
plain-keys = Keys: { $keys }
plain-picture = Picture: { $text }
plain-pointed = At sign { $number } of line { $line }: { $text }
plain-danger = Take care. This cannot be undone.
