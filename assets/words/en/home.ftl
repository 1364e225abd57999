# Home, card first

home-title = What do you want to do?
home-reading = Reading the card
card-unchanged = Nothing on this card has been changed.
card-uuid = UUID { $number }
card-brief = Card { $series }, chip { $guid }
card-until = Certificates good until { $date }
card-seen = Last seen by the centre { $date }
card-from-cache = The centre cannot be asked now. This is what the desk knew last.
card-not-asked = The centre cannot be asked now whose card this is. What stands here is what the card says of itself.
card-says-name = The card says: { $name }
card-chip = Chip { $guid }
card-tries = Passcode tries left: { $count }

# What a card is: the title, then what that means and what mends it
finding-good = This card is GOOD
finding-good-means = Nothing is wrong with it. If the passcode is forgotten, the holder can choose a new one.
finding-expires = This card EXPIRES IN { $days ->
    [one] 1 DAY
   *[other] { $days } DAYS
}
finding-expires-means = It works until then. Replace it before that day, or come back when this desk can renew.
finding-expires-today = This card EXPIRES TODAY
finding-expires-today-means = It works until the end of today. Replace it.
finding-expired = This card is EXPIRED
finding-expired-means = Its certificates are over. A new passcode does not make it work again: replace it.
finding-locked = This card is LOCKED
finding-locked-means = The passcode was wrong too often. The card is unharmed: the holder chooses a new passcode here.
finding-locked-expired = This card is LOCKED AND EXPIRED
finding-locked-expired-means = A new passcode alone does not make it work again: its certificates are over. Replace it.
finding-old-series = SERIES { $series }: REPLACE ONLY
finding-old-series-means = Cards of this series no longer work anywhere. It cannot be unlocked or renewed: replace it.
finding-cancelled = This card is CANCELLED
finding-cancelled-means = A cancelled card never comes back. Keep it for destruction; if the holder needs one, issue a new card.
finding-spoilt = This card is SPOILT
finding-spoilt-means = It failed while it was made. Keep it for destruction and take a new blank.
finding-half-written = This card is HALF WRITTEN: step { $step } of { $of }
finding-half-written-means = This desk began to write it and did not end. Go on where it stopped: nothing is lost.
finding-half-written-elsewhere = This card is HALF WRITTEN at another desk
finding-half-written-elsewhere-means = It was begun and no desk has said that it was finished. Go on with it here, or cancel it.
finding-not-printed = WRITTEN, NOT PRINTED
finding-not-printed-means = The chip is written and safe. Go on with the printing.
finding-not-handed-over = PRINTED, NOT HANDED OVER
finding-not-handed-over-means = The card waits for its holder. Go on with the hand-over when the holder is here.
finding-blank = BLANK, IN STOCK
finding-blank-means = A fresh card of ours. Find or register the person, then write it.
finding-blank-not-stock = BLANK, NOT IN STOCK
finding-blank-not-stock-means = The centre does not know this blank, or has it down for another card. Do not write it: put it aside for the stock manager.
finding-blank-unknown = BLANK, stock not known
finding-blank-unknown-means = Whether it is ours cannot be said now. It can be written once the centre has been asked.
finding-not-piv = NOT A STAFF CARD
finding-not-piv-means = It may be a bank card, a badge, or a card of another system. Give it back; nothing can be done with it here.
finding-not-ours = NOT OURS
finding-not-ours-means = A smartcard of another issuer. Its holder must go to that issuer.
finding-other-environment = A { $environment } CARD: not for this desk
finding-other-environment-means = It was made for another purpose than this desk works for. Keep the two apart and give it back.
finding-look-alike = This card is NOT WHAT IT SAYS IT IS
fault-look-alike-happened = This card shows the identity of a card of ours and does not have that card's key. It is a copy, or it is broken.
fault-look-alike-safe = Nothing was given to it and nothing on it was changed. The genuine card, wherever it is, is as it was.
fault-look-alike-next = Keep the card, accuse nobody, and tell the RA Manager now.
finding-unreadable = A certificate on this card CANNOT BE READ
finding-unreadable-means = The card is damaged inside. Replace it.
finding-own = YOUR OWN CARD
finding-own-means = Nobody serves their own card. Ask a colleague. If you meant to sign in with it, it belongs in the AGENT reader.
finding-old-name = The NAME on this card is OUT OF DATE
finding-old-name-means = Its holder has another name on record by now. The card works until it is replaced: replace it.
finding-cancel-waits = CANCEL REPORTED, NOT YET EFFECTIVE
finding-cancel-waits-means = This desk has recorded its cancel and the centre does not have it yet. The card still works: keep it here.
why-cancel-waits = its cancel is on the way
finding-unknown = NOT KNOWN TO THE CENTRE
finding-unknown-means = It looks like a card of ours, but the centre has no record of it. Nothing can be done with it here: keep it and phone the service desk.

# What is possible
home-no-customer-reader = There is no customer reader. Without it you can still register a person, cancel a card by its number and look at the queue. To read, unlock or write a card, connect the second reader.
home-no-card-service = The card service of this desk does not answer. You can still register a person, cancel a card by its number and look at the queue.
home-receipt-made = { $receipt }, { $holder }: REGISTERED by the centre, UUID { $number }. The card can be written now.
home-receipt-renamed = { $receipt }, { $holder }: the NEW NAME is on record. The card in the old name must be replaced.
home-receipt-refused = { $receipt }, { $holder }. { $why }. Nothing was changed at the centre: phone the holder, and do it again.
home-receipt-flagged = { $receipt }, { $holder }: the centre has it and has not put it into effect. Phone { $phone }.
home-cancel-waits = The cancel for { $holder } is NOT YET EFFECTIVE. If nobody has phoned yet: { $phone }.
choice-reset = Reset the passcode: the holder chooses a new one
choice-call-back = Leave a task: the holder is called back
choice-replace = Replace: cancel this card for ever, then issue a new one
hint-offline-call-back = offline: the holder is called back
hint-offline-phone = offline: phone as well
hint-needs-network = needs the network
hint-offline-receipt = offline: with a receipt
holder-unknown = holder not known yet

choice-unlock = Unlock: the holder chooses a new passcode
choice-continue-card = Go on with this card
choice-cancel-this = Cancel this card for ever
choice-rename = Change the name of this person
choice-register = Find or register a person, issue a card
choice-cancel = Cancel a lost or stolen card
choice-queue = Look at the queue
choice-resume = Go on: { $job }, { $holder }, since { $time }
job-register = registration
job-rename = change of name
job-issue = card
job-reset = passcode reset
job-cancel = cancel

why-role = your role does not allow this
why-roster-expired = the list of roles on this desk is too old
why-revocations-old = the list of cancelled cards on this desk is too old: connect it to the network
why-own-card = nobody serves their own card
why-unknown-card = the centre does not know this card
why-other-role = another role is needed
why-waits-for-manager = it waits for an RA Manager

take-over-title = Take over the visit of { $holder }?
take-over-text = { $agent } began it at { $time }.
take-over-ask = You accept every check made so far in your own name. Your card signs it. Anything can be done again first.

notice-too-many-visits = Too many visits are open at this desk. Finish one first.
notice-not-taken-over = The visit was not taken over. It is unchanged.

key-take-over = Take over
key-read-again = Read again
