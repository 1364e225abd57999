# The examination of documents: the zone, the questions, what the evidence is worth

zone-text = Type or swipe the lines at the foot of the photo page, or on the back of the card.
zone-empty = A passport begins with P, a card with I. For < type a dot or a space; behind the names Enter fills the line.
zone-passes = Right so far: { $list }
zone-fails = Not right, compare sign by sign: { $list }
zone-by-eye = Compare by eye, no check digit guards these: { $list }
zone-good = The zone is right. Enter goes on.
zone-slip = is { $read } here a { $instead }?
zone-not-a-sign = No zone holds this sign: only A to Z, 0 to 9 and <.
zone-not-a-type = No document begins with this sign. Passports begin with P, cards with I, A or C.
zone-full = The line is full.
zone-incomplete = Some signs are still missing. F4 types the fields instead.
zone-no-zone = This is no whole zone. Swipe it again, or type it.
zone-not-valid = Something is not right: see above. Compare sign by sign, or F4 to type the fields instead.
zone-not-now = A zone was swiped, and no document is asked for here: nothing was changed.
zone-other-kind = By its zone it is this type of document.
zone-visa = A visa is no identity document here. Ask for the passport.
zone-field-document-type = type
zone-field-issuing-country = issuing country
zone-field-document-number = number
zone-field-name = names
zone-field-nationality = nationality
zone-field-date-of-birth = birth date
zone-field-sex = the sign after the birth date
zone-field-date-of-expiry = last day
zone-field-personal-number = optional number
zone-field-optional-data-1 = optional field
zone-field-optional-data-2 = second optional field
zone-field-composite = last digit over all
zone-warning-specimen-country = A specimen, not a document: only a demo accepts it.
zone-warning-specimen-number = The number of a published specimen: only a demo accepts it.
zone-warning-specimen-name = The name of a published specimen: look at the document again.
zone-warning-old-state = An old code of a state: look at the document again.
zone-warning-unknown-state = No state has this code: look at the document again.
zone-warning-expired = It is out of date.
zone-warning-expiry-too-far = No document is good for so long: compare its last day.
zone-warning-date-unknown = It does not know the birth date.
zone-warning-date-partly-unknown = It does not know the whole birth date.
zone-warning-not-a-day = A date is no day of the calendar.
zone-warning-not-a-date = A date holds a sign that is no figure.
zone-warning-century-open = The birth date could be in two centuries: compare it.
zone-warning-maybe-truncated = The name fills its field: the end may be cut off.
zone-warning-name-missing = There is no name.
zone-warning-one-name = One name only, or the two fillers between the names are missing.
zone-warning-not-a-name = The name holds a sign no name holds.
zone-warning-sex-sign = A sign beside the birth date is not right.
zone-warning-digit-missing = A check digit is missing.
zone-warning-long-number = The number goes on in the optional field.

exam-done = Look at the document: { $count } done
exam-original = Is this the original, in your hand?
exam-original-online = Is this the official page, opened by you yourself?
exam-name = Does it bear exactly this: { $name }, born { $birth }? Of a document without a birth date compare the name alone.
exam-control-number-end = Read it back: type the last 3 signs of its number as printed on it.
exam-control-expiry-year = Read it back: type the year in which it ends, 4 figures.
exam-control-date-day = Read it back: type the day of the month in its date, 2 figures.
exam-control-wrong = That is not what was typed before: look at the document again
exam-control-typed = What you read back is not what was typed. Compare each field with the document and type it again.
field-control = As printed


document-shown-text = Type name and birth date as they stand on this document.
field-shown-given = Forenames on it
field-shown-family = Surname on it
field-shown-birth = Birth date on it
hint-shown-birth = day month year; empty if there is none
document-needs-network = This can only be seen on line, and the desk is offline. Ask for another document.
document-endorsed-photo = No document with a photo: a photo endorsed by a person of standing
document-endorsed-begun = begun
document-manager = Noted. Go on as usual; a manager looks at this visit before it is sent.
document-counts-nonphoto = counts as a personal document without a photo
document-refused = does not count
document-unknown = does not count yet: the examination leaves something open
document-unmet = does not count
register-manager-first = A manager must look at this visit first. Leave it with F3; a manager can take it over here.

panel-level = Evidence: { $level }
panel-met = These documents are enough.
panel-lift = { $steps } would make it { $level }.
panel-uniqueness = Whether this person is known already was not checked at the centre.
panel-no-policy = This desk has no policy for today: connect it to the network.
level-none = no level yet
level-low = LOW
level-medium = MEDIUM
level-high = HIGH
level-very-high = VERY HIGH

next-check = the examination of: { $kind }
next-check-machine-chip = reading the chip of: { $kind }
next-check-issuer-confirmed = the word of the issuer of: { $kind }
next-check-uv-response = ultraviolet light on: { $kind }
next-see-original = the original of: { $kind }
next-type = what is missing of: { $kind }
next-tick = a tick that it is the same person
next-explain = an explanation of what contradicts
next-endorser = the questions about the endorsed photo
next-go-online = the network
next-fraud-check = the check for identity fraud
next-trained-agent = an agent whose training is in date for: { $kind }
next-bring = another document
next-bring-photo = { $count ->
    [one] one with a photo
   *[other] { $count } with a photo
}
next-bring-address = { $count ->
    [one] something with the address
   *[other] { $count } with the address
}
next-bring-nonphoto = { $count ->
    [one] a personal document such as a birth certificate
   *[other] { $count } personal documents such as a birth certificate
}
next-bring-photo-or-address = one more with a photo or the address
next-bring-numbered = one with a number of the holder's own, such as passport or licence
next-bring-endorsed-photo = a photo endorsed by a person of standing
next-fetch-policy = the policy of that day from the centre

explain-title = Something does not agree
explain-document = Document
explain-shown = On the document
explain-details = In the details
explain-tick = Initials, a missing middle name, another script or a cut name are no other person. Is it the same person?
explain-by-document = A document on the list shows the change of name. F2 links it with this one.
explain-by-manager = Say in a sentence why this is the same person. It is kept in your name.
explain-nobody = Put a marriage certificate or deed poll on the list if the name was changed. Else a manager must explain it: leave the visit with F3, a manager can take it over here.
error-reason = Say why, in words
field-reason = Reason

endorser-title = A photo endorsed by a person of standing
endorser-text = For a holder with no document that bears a photo: two personal documents, two with the address, and this photo.
field-endorser-name = Name of the endorser
field-endorser-profession = Profession
field-endorser-contact = How you reached them
field-endorser-years = Full years they know the holder
field-endorser-signed = Day of the signature
hint-endorser-signed = day month year
error-endorser-empty = Write it down: it is asked for later
error-endorser-years = A number of years, such as 3
endorser-ask-profession = { $name }: is this a recognised profession, now or before retirement?
endorser-ask-related = { $name }: related to the holder by birth or marriage, or in a relationship?
endorser-ask-same-address = { $name }: living at the holder's address?
endorser-ask-line-manager = { $name }: the holder's line manager?
endorser-ask-confirmed = Did you reach { $name } yourself, and do they say that it is right?
endorser-ask-endorsement = Are the words and the signature on the back of the photo?
endorser-ask-likeness = Does the photo show the holder who is here?

key-by-hand = Type the fields
key-zone = Zone
key-accept-slip = Put it in
key-as-expected = Yes
key-not-as-expected = No
key-cannot-tell = Cannot tell
key-same-person = Same person

hint-entered = day month year
