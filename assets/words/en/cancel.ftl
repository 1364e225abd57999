# Cancel a card for ever

cancel-word = CANCEL
cancel-number-title = Cancel a card that is not here
cancel-number-text = Ask the holder, or the person who reports it, for the 12 figures of the UUID.
cancel-looking = Asking the centre whose card that is.
cancel-field-number = UUID on the card
cancel-field-number-hint = 12 figures, with or without spaces
cancel-error-number = A UUID has 12 figures. Please check it.
cancel-error-own = This is your own number. Ask a colleague.
cancel-error-already = The card of this holder is already cancelled.
cancel-error-not-found = The centre has no card with this number. Please check it figure by figure.
cancel-number-only = The desk could not ask whose card this is: only the number is known. Read it back to the person who reports it.

cancel-reason-title = Why is this card cancelled?
cancel-reason-lost = Lost: the holder does not know where it is
cancel-reason-stolen = Stolen: somebody else has taken it
cancel-reason-damaged = Damaged: it is broken or faulty
cancel-reason-spoilt = Spoilt: it failed while it was made
cancel-reason-superseded = Replaced: it is expired, of an old series or bears an old name

cancel-note-title = What happened?
cancel-note-text = Short and factual. The centre keeps it with the cancel.
cancel-field-incident = Incident reference
cancel-field-incident-hint = of the police or your incident system; if there is none yet, type: none yet
cancel-field-note = What was said
cancel-field-note-hint = may be left empty
cancel-error-incident = A stolen card needs an incident reference. If there is none yet, type: none yet

cancel-guard-title = Is this the right card?
cancel-for-ever = A cancelled card never comes back. There is no undo, not for anybody.
cancel-field-tail = The last 4 figures of the UUID
cancel-field-word = Type the word { $word }
cancel-error-tail = These are not the last 4 figures of this card's UUID.
cancel-error-word = Please type the word { $word }, in capitals.
cancel-fact-name = Name
cancel-fact-work = Work
cancel-fact-card = Card
cancel-fact-why = Reason
cancel-signing-title = Your own card signs for this
cancel-signing = Leave it in the agent reader. This takes a second or two.

cancel-done-title = The card is cancelled
cancel-in-effect-since = In effect since { $time }. Nobody can use it any more.
cancel-done-old = If the card is here, cut it through the chip.
cancel-done-next = If the holder needs to work, issue a new card now with N.
notice-cancel-in-effect = The centre has the cancel: it is in effect.
cancel-not-yet-title = NOT YET EFFECTIVE, PHONE NOW
cancel-phone = The card still works. Phone { $phone } now.
cancel-phone-say = Say: cancel this card, the UUID above, and your own name. Do not wait for the network.
cancel-stays = It was recorded here at { $time } and goes to the centre before everything else. This stays said on the first screen until the centre has it.
cancel-refused-title = THE CENTRE REFUSED THIS CANCEL
fault-cancel-refused-happened = The centre has the cancel and did not carry it out.
fault-cancel-refused-safe = The card still works.
fault-cancel-refused-next = Phone the service desk now. The item stays in the queue.

key-new-card = A new card now
key-cancel-for-ever = Cancel for ever
