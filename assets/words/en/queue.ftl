# The queue

queue-title = Waiting on this desk: { $events ->
    [one] 1 event
   *[other] { $events } events
}, { $photos ->
    [one] 1 photo
   *[other] { $photos } photos
}
queue-next-try = next try { $time }
queue-reading = Looking.
queue-what = What
queue-since = Waiting
queue-state = Where it stands
queue-empty = Nothing waits. The centre has received everything.
queue-waiting = waits for the network
queue-received = received by the centre
queue-awaiting-photo = received; its photo is on its way
queue-void = received, without effect: the card had been cancelled
queue-stranded = SAVED HERE ONLY, too large to send: phone the service desk
queue-flagged = received; support looks at it
queue-not-understood = received; this desk does not understand what the centre says of it

event-session-started = signed in
event-session-ended = signed out
event-register = new person
event-change-name = change of name
event-write-intended = card about to be written
event-card-written = card written
event-print-intended = card about to be printed
event-printed-good = card printed
event-card-spoilt = card spoilt
event-reset-intended = passcode about to be reset
event-passcode-reset = passcode reset
event-handed-over = card handed over
event-cancel = card cancelled
event-call-back = call back
event-taken-over = visit taken over
event-visit-abandoned = visit ended
event-carried = kept from before the desk was set up again
event-unknown = something newer than this program

refused-possible-duplicate = REFUSED: somebody like this is registered already
refused-maybe-here = REFUSED: very likely registered already; search again and say why it is somebody else
refused-document-in-use = REFUSED: the document number belongs to another person
refused-evidence-not-met = REFUSED: the documents are not enough
refused-not-allowed = REFUSED: the agent's role did not allow it
refused-bad-signature = REFUSED: the agent's signature does not check
refused-content-differs = REFUSED: it is not what the agent's card signed
refused-not-found = REFUSED: the centre has no such card or person
refused-owned-by-esr = REFUSED: the profile belongs to ESR, change it there
refused-record-changed = REFUSED: the record has changed since, look the person up again
refused-other = REFUSED for a reason this desk does not understand

key-send-now = Send now
key-seen = I have seen this
