# Evidence: what is checked on a document, what is still to be done, what contradicts

check-see_condition = Is it whole: nothing peeled, cut, written over or torn out?
check-see_print = Is the print even and sharp, the letters all of one kind?
check-see_signature = Is it signed?
check-see_statement = Is it a statement, not a letter, from a bank or lender in the UK or the EEA?
check-see_plastic = Is it a plastic card, nothing on it written by hand?
check-see_sums = Do the figures add up from the old balance to the new one?
check-tilt_hologram = Tilt it. Is there a hologram, and does it move and change colour?
check-touch_raised = Feel it. Is the print that should be raised raised?
check-see_watermark = Hold it against the light. Is there a watermark?
check-magnify_microprint = Under the magnifier, are the fine lines letters that can be read?
check-uv_response = Under the UV lamp, does the paper stay dull and only the pattern glow?
check-machine_mrz = Do all check digits of the two or three lines agree?
check-machine_number = Does the licence number agree with the name and the birth date?
check-machine_chip = Does the chip answer, and is its issuer trusted?
check-lost_list = Is its number on no list of lost or stolen documents?
check-share_code = Does the government's service show this person for the share code and the birth date?
check-issuer_confirmed = Does whoever issued it confirm it?
check-print_verified = Was the print compared with the account on line?
check-print_approved = Has a manager approved this print?
check-compare_photo = Is the person in the photo the person before you?
check-compare_print = Do the name, the birth date and the number agree wherever they stand on it?
check-compare_address = Is the address on it the one the holder gave?

contradiction-birth_date = The birth date on it is another
contradiction-name = The name on it is another
contradiction-name_form = The name on it is written otherwise
contradiction-number = Its number belongs to another person
contradiction-likeness = The photo on it is not like the holder
contradiction-fraud_match = The identity is on a fraud list
contradiction-incident = A check found something wrong: a manager looks at it

combination-A = Two documents with a photo, one with the address
combination-B = One document with a photo, two with the address
combination-C = No photo identity: two personal documents, two with the address, and an endorsed photo
