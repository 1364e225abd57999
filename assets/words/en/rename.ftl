# A change of name: who it is, the new name, its proof, and the card after it

rename-title = Change of name: { $holder }
rename-task-who = Is it the person on record?
rename-task-details = The new name
rename-task-documents = Proof of the change
rename-task-check = Check and send
rename-short-who = who it is
rename-short-details = the new name
rename-short-documents = the proof
rename-card-after = After the new name: the old card is cancelled, a new one written
rename-photo-offline = no network: the centre's photo cannot be shown

rename-name-title = The new name, exactly as on the document
rename-name-text = Type the whole name, also the parts that stay. The name on the card only if it is to differ.
rename-name-now = Name on record
rename-name-new = New name
error-name-same = This is the name on record already; capitals make no other name

rename-list-title = Proof of the change of name
rename-panel = Proof of the change
rename-exam-name = Does it show that { $old } is now called { $new }? Compare both names letter by letter.
rename-proof-only = Here only a document counts that shows a change of name.
rename-no-proof = This does not show the change. Correct the new name, look at the document again, or take another.

rename-confirm-who = Confirm only what you know yourself, with the holder in front of you. Then go on with the visit: your card signs for the new name.
rename-manager-sends = A manager has said who the holder is: that manager sends it, or you answer the first question yourself.
field-who-why = Why is the photo no help?
hint-who-why = such as: looks much changed after an illness
field-who = Who it is
rename-known-likeness = compared with the centre's photo
rename-known-documents = two documents match the record
rename-known-manager = a manager confirmed it
rename-confirm-title = Sign and send this change of name?
rename-read-back = Read the new name to the holder, letter by letter.
rename-refused-title = { $holder }: the centre refused the change of name
rename-flagged-title = { $holder }: the centre has the change of name
rename-saved-here = The change of name is saved on this desk and is sent by itself as soon as it can be.
rename-receipt-2 = As soon as the desk has a network, the change is sent by itself. The centre checks it and gives its word.
rename-receipt-3 = The card comes later: the holder comes back with the reference and the card, which works in the old name until then.

rename-made-title = { $holder }: the new name is on record
rename-made = The centre has the new name.
rename-after-cancel = The card in the old name must be replaced. Next it is cancelled, for ever, then a new one is written. If it is here, choose: replaced. Cut it through the chip.
rename-after-lost = If it is not here, it is treated as a lost card: choose lost.
rename-after-card = There is no card in use. Next a card in the new name is written.
rename-after-nothing = An RA Agent replaces the card now, here or at another desk. Until then it bears the old name.

rename-abandon-title = End this visit without a change of name?
rename-abandon-text = The name on record stays. What was typed cannot be opened again.
notice-name-kept = The visit was ended. The name on record was not changed.
notice-renamed = The new name is on record. The card in the old name must be replaced.

refusal-record-changed-happened = The record has changed since this visit began: the name on it is another by now.
refusal-record-changed-safe = This change had no effect. Nothing was overwritten.
refusal-record-changed-next = End this visit and look the person up again. If the name there is not right, ask the RA Manager.

key-change-name = Change the name
key-old-card = Cancel the old card
