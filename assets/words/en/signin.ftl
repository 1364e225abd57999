# Sign in, lock, help

sign-in-title = Sign in
sign-in-put-card = Put your own smartcard in the AGENT reader (left).
sign-in-wrong-reader = There is a card in the customer reader. If it is yours, it belongs in the AGENT reader.
sign-in-take-out = The desk is locked. To go on, take your card out and put it in again.
sign-in-reading = Reading your card.
sign-in-passcode = Passcode for { $name }
sign-in-wrong = That passcode is not right. { $tries }. Nothing else has changed.
sign-in-last-try = This is the last try. If it is wrong, your card is locked and must be reset at another desk.
sign-in-last-try-ask = Use it now?
sign-in-verifying = The card is checking the passcode.
sign-in-which-role = { $name }: in which role do you work now?
sign-in-opening = Opening the session. Your card signs the start.
sign-in-parked = { $count ->
    [one] A visit is parked here since { $time }.
   *[other] { $count } visits are parked here, the oldest since { $time }.
} Its agent, or another with the same role, can go on.

sign-in-not-staff-happened = This card has no certificate to sign in with.
sign-in-not-staff-safe = Nothing on it was changed.
sign-in-not-staff-next = Put in your own staff smartcard.
sign-in-not-ours-happened = This card was not issued by the centre this desk belongs to.
sign-in-not-ours-safe = Nothing on it was changed.
sign-in-not-ours-next = Put in a card of this service.
sign-in-expired-happened = The certificates on your card have expired.
sign-in-expired-safe = Nothing on it was changed.
sign-in-expired-next = Another agent must renew your card.
sign-in-not-yet-happened = Your card is not valid yet, or the clock of this desk is wrong.
sign-in-not-yet-safe = Nothing on the card was changed.
sign-in-not-yet-next = Compare the time at the top of the screen with a clock. If it is wrong, phone the service desk.
sign-in-revoked-happened = This card was cancelled.
sign-in-revoked-safe = Nobody can work with it.
sign-in-revoked-next = Take it out. Ask the RA Manager for a new card.
sign-in-no-roster-happened = This desk does not yet know who may work here.
sign-in-no-roster-safe = Nothing was changed.
sign-in-no-roster-next = Connect the desk to the network. It asks the centre by itself.
sign-in-not-on-roster-happened = You have no role at this desk.
sign-in-not-on-roster-safe = Your card is fine.
sign-in-not-on-roster-next = Ask the RA Manager to give you a role here. If it is the card of a holder, it belongs in the customer reader.
sign-in-locked-happened = Your card is locked: the passcode was wrong too often.
sign-in-locked-safe = The card and its certificates are unharmed.
sign-in-locked-next = Another agent can reset your passcode here in a minute.
sign-in-elsewhere-happened = You are signed in at another desk.
sign-in-elsewhere-safe = Nothing was changed.
sign-in-elsewhere-next = Sign out there first. If you did not sign in there, tell the RA Manager at once.
sign-in-bad-proof-happened = The card's signature does not fit its certificate.
sign-in-bad-proof-safe = Nobody was signed in. The card may be a look-alike.
sign-in-bad-proof-next = Keep the card and tell the RA Manager.
sign-in-store-happened = This desk's memory did not answer.
sign-in-store-safe = Nothing was changed.
sign-in-store-next = Take your card out and try again. If it stays, phone the service desk.

privacy-title = One moment, please
privacy-text = The agent will be with you shortly.
idle-title = Are you still there?
idle-text = No key was pressed for a while. In one minute the desk locks itself. What you have begun is kept.
help-title = Help
help-sign-in = Here you sign in with your own card. Visits that were parked are kept and can be continued after signing in.
help-set-up = Here a new desk is enrolled with an invite from the centre, and the first RA Manager's card is made.
help-home = Put a card in the customer reader and the desk says whose it is, what is wrong with it and which key mends it. Without a card, choose what to do.
help-queue = What this desk has recorded and the centre has not yet received. Nothing here gets lost. Refused items stay until somebody has looked at them.
help-register = A person is registered step by step: find, details, documents, photo, terms, check. Every step can be changed until it is sent.
help-issue = A card is written, printed and handed over. If anything stops, the desk says whether the card is safe and how to go on.
help-reset = The holder proves who they are and chooses a new passcode. Nobody else sees it.
help-cancel = A cancelled card can never be used again. Cancel only with the holder's or manager's word.

key-sign-in = Sign in
key-last-try = Use the last try
key-set-up = First set-up
key-close-help = Close help
key-go-on = Go on
