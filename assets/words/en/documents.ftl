# Identity documents: their names, what they count as, what is wrong with them

document-list-title = Identity documents
document-list-full = No more documents are needed. Take one off the list to put another in.
document-still-needed = still needed: { $list }
document-met = These are enough.
document-missing-photo = one with a photo
document-missing-address = something with the address
document-missing-more = { $count ->
    [one] one more with a photo or the address
   *[other] { $count } more with a photo or the address
}
document-missing-number = one with a number of the holder's own, such as passport or licence
document-place = document { $number } of { $total }
document-add = Add a document
document-go-on = Go on with the one begun: { $kind }
document-enough = These are enough: go on
document-number = number { $number }
document-dated = dated { $date }
document-until = good until { $date }
document-number-kept = { $number } is kept; type it only to change it
document-counts-photo = counts as a document with a photo
document-counts-address = counts as proof of address
document-counts-other = recorded; does not count towards the three
document-kind-title = Which document?
document-kinds-more = Another type
document-kinds-first = Back to the first types
document-use-title = What is the driving licence used for?
document-use-photo = As the document with a photo
document-use-address = As proof of address
document-use-text = It counts once. As proof of address it must show where the holder lives now.
document-seen-ask = Have you seen the original and checked it yourself?
document-seen-text = Feel it, tilt it, compare the photo and the name. A copy or a picture on a phone is no original.
document-not-seen = It is on the list and does not count: its original was not seen. Open it again when you have it in your hand.
document-remove-title = Take this document off the list?
document-remove-ask = What was typed of it is lost.

document-fault-kind = This type cannot be used for this: choose another
document-fault-number-missing = Type the number that stands on the document
document-fault-number-form = The number is not written like this on such a document: compare it figure by figure
document-fault-issuer-missing = Type who issued it
document-fault-future = This date is still to come: look at the document again
document-fault-old = It may be { $months } months old at most: ask for a newer one
document-fault-expired = It is out of date: ask for another document
document-fault-twice = This document is on the list already
document-fault-once = A driving licence is on the list already, and it counts once
document-fault-provider = Another proof of address comes from the same provider: ask for one from somebody else
document-fault-not-seen = does not count: original not seen

document-kind-uk_passport = UK passport
document-kind-uk_licence = UK photocard driving licence
document-kind-utility = Gas, water, electricity or landline bill
document-kind-bank_stmt = Bank, building society or credit card statement
document-kind-council_tax = Council tax bill or statement
document-kind-nonuk_passport = Passport of another country
document-kind-evisa = eVisa, shown with a share code
document-kind-brp = Biometric residence permit
document-kind-eea_idcard = Identity card of an EEA country
document-kind-hm_forces = HM Armed Forces identity card
document-kind-pass_card = Proof-of-age card with the PASS hologram
document-kind-broadband = Broadband bill
document-kind-credit_union = Credit union statement
document-kind-mortgage = Mortgage statement
document-kind-tenancy = Council or tenancy agreement
document-kind-benefit = Benefit or pension letter
document-kind-hmrc_notice = Tax letter from HMRC, not P45 or P60
document-kind-electoral = Confirmation from the electoral register
document-kind-paper_licence = Old-style paper driving licence
document-kind-birth_full = Full birth certificate
document-kind-marriage = Marriage or civil partnership certificate
document-kind-deed_poll = Deed poll
document-kind-work_badge = Staff or organisation badge
document-kind-mobile_bill = Mobile phone bill
document-kind-bank_letter = Letter from a bank
document-kind-photocopy = Photocopy or picture of a document

document-why-work_badge = A staff badge is never accepted: whoever issued it checked less than you must. Ask for a passport or a driving licence.
document-why-mobile_bill = A mobile phone bill is never accepted: no line to a house is needed for it. Ask for a bill for gas, water, electricity or a landline.
document-why-bank_letter = A letter from a bank is not accepted: ask for a statement.
document-why-photocopy = A copy cannot be checked. Ask for the original.
