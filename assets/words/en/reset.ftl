# A new passcode: who is it, and what if it can't be done

reset-title = Reset the passcode
reset-likeness-title = Is this the person in front of you?
reset-photo = The photo the centre has of the holder
reset-photo-coming = the photo is on its way from the centre
reset-photo-none = the centre has no photo
reset-photo-fault = the photo could not be fetched
reset-likeness-again = This reset was left while the holder was choosing a passcode. Look at the holder again before it goes on.
reset-looks-like = Yes, it is the person in the photo
reset-two-documents = The photo is no help: two documents match the record
reset-manager-vouches = The photo is no help: a manager confirms it
reset-not-this-person = No, this is somebody else
reset-expired = The certificates on this card are over. The passcode can be reset, but the card must be replaced before it works again.

reset-documents-title = Which two documents did you see?
reset-documents-text = Originals only. Both must agree with this record; the face must be the one in front of you.
reset-fact-name = Name
reset-fact-born = Born
reset-document-seen = seen, it matches
reset-document-passport = Passport
reset-document-driving-licence = Driving licence, photocard
reset-document-residence-permit = Residence permit
reset-document-forces-id = Forces identity card
reset-document-birth-certificate = Birth or adoption certificate
reset-document-marriage-certificate = Marriage or civil partnership certificate
reset-document-bank-statement = Bank or building society statement
reset-document-council-tax-bill = Council tax bill
reset-document-utility-bill = Gas, electricity, water or land-line bill

reset-manager-title = A manager is asked for
reset-manager-text = The visit is parked. An RA Manager who knows the holder, and is not you, signs in here with their own card and confirms who it is in their own name.
reset-field-why = Why is the photo no help?
reset-field-why-hint = such as: looks much changed after an illness
reset-error-why = Please say why, in a few words.
notice-waits-for-manager = The visit waits for a manager. Take your card out: the manager signs in here with their own card and goes on with it.
reset-confirm-title = Do you confirm who the holder is, in your own name?
reset-confirm-text = Confirm only what you know yourself, with the holder in front of you. Your card signs for the new passcode.
reset-fact-work = Works as
reset-fact-why = Why a manager

reset-not-this-title = This is somebody else
reset-not-this-text = The visit ends here and nothing is released. There may be an honest reason: a mix-up, or a card carried for a colleague.
reset-not-this-ask = Is the person in front of you not the holder of this card?
reset-stopped-title = Nothing was released
fault-reset-stopped-happened = The person is not the holder of this card. It is recorded, with the time and this desk.
fault-reset-stopped-safe = The card is as it was: nobody can use it without its passcode. Its holder is safe.
fault-reset-stopped-next = Keep the card, accuse nobody, and tell the RA Manager now.
reset-stopped-set-title = The reset ends here
fault-reset-stopped-set-happened = The person is not the holder of this card. It is recorded, with the time and this desk.
fault-reset-stopped-set-safe = The passcode on the card is the one its holder chose here earlier; nobody else has seen it.
fault-reset-stopped-set-next = Keep the card, accuse nobody, and tell the RA Manager now.

reset-contact-title = Leave a task: the holder is called back
reset-contact-offline = There is no network. A passcode can only be reset while the centre can be asked.
reset-contact-unknown = The desk could not learn whose card this is. A passcode can only be reset once the centre has said so.
reset-contact-text = The card keeps. As soon as the network is back, this task goes to the centre and somebody calls the holder.
reset-field-contact = How can the holder be reached today?
reset-field-contact-hint = telephone number or e-mail
reset-error-contact = Please type a telephone number or an e-mail address.
reset-called-back = The task is saved on this desk
reset-called-back-text = It goes to the centre by itself. Give the card back to the holder: nothing on it was changed.
reset-phone = If it cannot wait, the service desk answers on { $phone }.

fault-reset-spoilt-happened = This card failed while it was made. It was never a working card.
fault-reset-spoilt-safe = Nothing was changed.
fault-reset-spoilt-next = Keep it for destruction. If the holder needs a card, issue a new one.
fault-reset-old-series-happened = Cards of this series no longer work anywhere, so a new passcode would not help.
fault-reset-old-series-safe = Nothing was changed. The holder's record is fine.
fault-reset-old-series-next = Replace it: cancel this card, then issue a new one.
fault-reset-not-issued-happened = This card was never handed over: its passcode is nobody's yet.
fault-reset-not-issued-safe = Nothing was changed.
fault-reset-not-issued-next = Go back and choose "Go on with this card": the holder chooses the passcode at the hand-over.

reset-leave-title = Leave this reset?
reset-leave-text = Nothing is lost. Press Esc to go on with it.
reset-leave-parked = Leave it parked: go on later, with the same card and holder
reset-leave-end = End it: the passcode stays as it was
reset-end-touched = the card is being changed; it must be finished
notice-reset-ended = The reset was ended. The passcode on the card is as it was.

reset-done-title = The passcode is reset
reset-done = The holder's new passcode is on the card and was tried there.
reset-done-next = Give the card back to the holder. The card can be used at once.
fault-reset-lost-set-happened = The new passcode is set and works, but the card did not take its new unlock key.
fault-reset-lost-set-safe = The holder can work with this card today.
fault-reset-lost-set-next = It can never be unlocked again: replace it soon, before it is locked.

key-documents-match = Both match
key-not-this-person = Yes, somebody else
key-confirm-identity = I confirm it
key-somebody-else = Somebody else
key-call-back = Call back instead
