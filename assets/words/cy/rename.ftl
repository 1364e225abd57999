# Newid enw: pwy ydyw, yr enw newydd, y prawf ohono, a'r cerdyn wedyn

rename-title = Newid enw: { $holder }
rename-task-who = Ai dyma'r person sydd ar gofnod?
rename-task-details = Yr enw newydd
rename-task-documents = Prawf o'r newid
rename-task-check = Gwirio ac anfon
rename-short-who = pwy ydyw
rename-short-details = yr enw newydd
rename-short-documents = y prawf
rename-card-after = Ar ôl yr enw newydd: canslir yr hen gerdyn, ysgrifennir un newydd
rename-photo-offline = dim rhwydwaith: ni ellir dangos llun y ganolfan

rename-name-title = Yr enw newydd, yn union fel ar y ddogfen
rename-name-text = Teipiwch yr enw cyfan, hefyd y rhannau nad ydynt yn newid. Yr enw ar y cerdyn dim ond os yw i fod yn wahanol.
rename-name-now = Enw ar gofnod
rename-name-new = Enw newydd
error-name-same = Dyma'r enw sydd ar gofnod eisoes; nid yw priflythrennau'n gwneud enw arall

rename-list-title = Prawf o newid yr enw
rename-panel = Prawf o'r newid
rename-exam-name = A yw'n dangos mai { $new } yw enw { $old } bellach? Cymharwch y ddau enw fesul llythyren.
rename-proof-only = Yma dim ond dogfen sy'n dangos newid enw sy'n cyfrif.
rename-no-proof = Nid yw hon yn dangos y newid. Cywirwch yr enw newydd, edrychwch ar y ddogfen eto, neu cymerwch un arall.

rename-confirm-who = Cadarnhewch dim ond yr hyn a wyddoch eich hun, gyda'r deiliad o'ch blaen. Yna ewch ymlaen â'r ymweliad: eich cerdyn chi sy'n llofnodi dros yr enw newydd.
rename-manager-sends = Rheolwr a ddywedodd pwy yw'r deiliad: y rheolwr hwnnw sy'n ei anfon, neu atebwch y cwestiwn cyntaf eich hun.
field-who-why = Pam nad yw'r llun o gymorth?
hint-who-why = er enghraifft: golwg wedi newid yn fawr ar ôl salwch
field-who = Pwy ydyw
rename-known-likeness = wedi'i gymharu â llun y ganolfan
rename-known-documents = mae dwy ddogfen yn cyd-fynd â'r cofnod
rename-known-manager = cadarnhaodd rheolwr
rename-confirm-title = Llofnodi ac anfon y newid enw hwn?
rename-read-back = Darllenwch yr enw newydd i'r deiliad, fesul llythyren.
rename-refused-title = { $holder }: gwrthododd y ganolfan y newid enw
rename-flagged-title = { $holder }: mae'r newid enw gan y ganolfan
rename-saved-here = Mae'r newid enw wedi'i gadw ar y ddesg hon ac fe'i hanfonir ohono'i hun cyn gynted ag y gellir.
rename-receipt-2 = Cyn gynted ag y bydd rhwydwaith gan y ddesg, anfonir y newid ohono'i hun. Mae'r ganolfan yn ei wirio ac yn rhoi ei gair.
rename-receipt-3 = Daw'r cerdyn yn ddiweddarach: daw'r deiliad yn ôl â'r cyfeirnod a'r cerdyn, sy'n gweithio yn yr hen enw tan hynny.

rename-made-title = { $holder }: mae'r enw newydd ar gofnod
rename-made = Mae'r enw newydd gan y ganolfan.
rename-after-cancel = Rhaid cyfnewid y cerdyn yn yr hen enw. Nesaf fe'i canslir, am byth, yna ysgrifennir un newydd. Os yw yma, dewiswch: wedi'i ddisodli. Torrwch ef drwy'r sglodyn.
rename-after-lost = Os nad yw yma, fe'i trinnir fel cerdyn coll: dewiswch ar goll.
rename-after-card = Nid oes cerdyn mewn defnydd. Nesaf ysgrifennir cerdyn yn yr enw newydd.
rename-after-nothing = Bydd Asiant RA yn cyfnewid y cerdyn nawr, yma neu wrth ddesg arall. Tan hynny mae'r hen enw arno.

rename-abandon-title = Gorffen yr ymweliad hwn heb newid yr enw?
rename-abandon-text = Mae'r enw ar gofnod yn aros. Ni ellir agor eto'r hyn a deipiwyd.
notice-name-kept = Gorffennwyd yr ymweliad. Ni newidiwyd yr enw ar gofnod.
notice-renamed = Mae'r enw newydd ar gofnod. Rhaid cyfnewid y cerdyn yn yr hen enw.

refusal-record-changed-happened = Mae'r cofnod wedi newid ers i'r ymweliad hwn ddechrau: enw arall sydd arno bellach.
refusal-record-changed-safe = Ni chafodd y newid hwn effaith. Ni throsysgrifwyd dim.
refusal-record-changed-next = Gorffennwch yr ymweliad hwn a chwiliwch am y person eto. Os nad yw'r enw yno'n gywir, gofynnwch i'r Rheolwr RA.

key-change-name = Newid yr enw
key-old-card = Canslo'r hen gerdyn
