# Home, card first

home-title = What do you want to do?
home-reading = Reading the card
card-blank = This card is BLANK
card-unknown = This card is NOT KNOWN to the centre
card-not-piv = This is not a staff smartcard
card-locked = This card is LOCKED
card-good = This card is GOOD
card-unchanged = Nothing on this card has been changed.
card-uuid = UUID { $number }
card-brief = Card { $series }, chip { $guid }
card-until = Certificates good until { $date }
card-seen = Last seen by the centre { $date }
card-from-cache = The centre cannot be asked now. This is what the desk knew last.
holder-unknown = holder not known yet

choice-unlock = Unlock: the holder chooses a new passcode
choice-continue-card = Go on with this card
choice-cancel-this = Cancel this card for ever
choice-register = Find or register a person, issue a card
choice-cancel = Cancel a lost or stolen card
choice-queue = Look at the queue
choice-resume = Go on: { $job }, { $holder }, since { $time }
job-register = registration
job-issue = card
job-reset = passcode reset
job-cancel = cancel

why-role = your role does not allow this
why-roster-expired = the list of roles on this desk is too old
why-own-card = nobody serves their own card
why-unknown-card = the centre does not know this card
why-other-role = another role is needed

take-over-title = Take over the visit of { $holder }?
take-over-text = { $agent } began it at { $time }.
take-over-ask = You accept every check made so far in your own name. Your card signs it. Anything can be done again first.

notice-too-many-visits = Too many visits are open at this desk. Finish one first.
notice-not-taken-over = The visit was not taken over. It is unchanged.

key-take-over = Take over
key-read-again = Read again
