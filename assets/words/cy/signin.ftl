# Mewngofnodi, cloi, cymorth

sign-in-title = Mewngofnodi
sign-in-put-card = Rhowch eich cerdyn clyfar eich hun yn narllenydd yr ASIANT (chwith).
sign-in-wrong-reader = Mae cerdyn yn narllenydd y cwsmer. Os chi biau ef, yn narllenydd yr ASIANT y mae ei le.
sign-in-take-out = Mae'r ddesg wedi'i chloi. I fynd ymlaen, tynnwch eich cerdyn allan a rhowch ef i mewn eto.
sign-in-reading = Yn darllen eich cerdyn.
sign-in-passcode = Cod pas ar gyfer { $name }
sign-in-wrong = Nid yw'r cod pas hwnnw'n gywir. { $tries }. Nid oes dim arall wedi newid.
sign-in-last-try = Dyma'r cynnig olaf. Os yw'n anghywir, caiff eich cerdyn ei gloi a rhaid ei ailosod wrth ddesg arall.
sign-in-last-try-ask = Ei ddefnyddio nawr?
sign-in-verifying = Mae'r cerdyn yn gwirio'r cod pas.
sign-in-which-role = { $name }: ym mha rôl yr ydych yn gweithio nawr?
sign-in-opening = Yn agor y sesiwn. Mae eich cerdyn yn llofnodi'r dechrau.
sign-in-parked = { $count ->
    [one] Mae ymweliad wedi'i barcio yma ers { $time }.
   *[other] Mae { $count } ymweliad wedi'u parcio yma, yr hynaf ers { $time }.
} Gall ei asiant, neu un arall â'r un rôl, fynd ymlaen.

sign-in-not-staff-happened = Nid oes tystysgrif ar y cerdyn hwn i fewngofnodi â hi.
sign-in-not-staff-safe = Ni newidiwyd dim arno.
sign-in-not-staff-next = Rhowch eich cerdyn clyfar staff eich hun i mewn.
sign-in-not-ours-happened = Ni chyhoeddwyd y cerdyn hwn gan y ganolfan y mae'r ddesg hon yn perthyn iddi.
sign-in-not-ours-safe = Ni newidiwyd dim arno.
sign-in-not-ours-next = Rhowch gerdyn o'r gwasanaeth hwn i mewn.
sign-in-expired-happened = Mae'r tystysgrifau ar eich cerdyn wedi dod i ben.
sign-in-expired-safe = Ni newidiwyd dim arno.
sign-in-expired-next = Rhaid i asiant arall adnewyddu eich cerdyn.
sign-in-not-yet-happened = Nid yw eich cerdyn yn ddilys eto, neu mae cloc y ddesg hon yn anghywir.
sign-in-not-yet-safe = Ni newidiwyd dim ar y cerdyn.
sign-in-not-yet-next = Cymharwch yr amser ar frig y sgrin â chloc. Os yw'n anghywir, ffoniwch y ddesg gymorth.
sign-in-revoked-happened = Canslwyd y cerdyn hwn.
sign-in-revoked-safe = Ni all neb weithio ag ef.
sign-in-revoked-next = Tynnwch ef allan. Gofynnwch i'r Rheolwr RA am gerdyn newydd.
sign-in-no-roster-happened = Nid yw'r ddesg hon yn gwybod eto pwy gaiff weithio yma.
sign-in-no-roster-safe = Ni newidiwyd dim.
sign-in-no-roster-next = Cysylltwch y ddesg â'r rhwydwaith. Bydd yn gofyn i'r ganolfan ei hun.
sign-in-not-on-roster-happened = Nid oes gennych rôl wrth y ddesg hon.
sign-in-not-on-roster-safe = Mae eich cerdyn yn iawn.
sign-in-not-on-roster-next = Gofynnwch i'r Rheolwr RA roi rôl i chi yma. Os cerdyn deiliad ydyw, yn narllenydd y cwsmer y mae ei le.
sign-in-locked-happened = Mae eich cerdyn wedi'i gloi: bu'r cod pas yn anghywir yn rhy aml.
sign-in-locked-safe = Mae'r cerdyn a'i dystysgrifau yn ddianaf.
sign-in-locked-next = Gall asiant arall ailosod eich cod pas yma mewn munud.
sign-in-elsewhere-happened = Rydych wedi mewngofnodi wrth ddesg arall.
sign-in-elsewhere-safe = Ni newidiwyd dim.
sign-in-elsewhere-next = Allgofnodwch yno yn gyntaf. Os na wnaethoch fewngofnodi yno, dywedwch wrth y Rheolwr RA ar unwaith.
sign-in-bad-proof-happened = Nid yw llofnod y cerdyn yn ffitio'i dystysgrif.
sign-in-bad-proof-safe = Ni fewngofnodwyd neb. Gall y cerdyn fod yn un ffug.
sign-in-bad-proof-next = Cadwch y cerdyn a dywedwch wrth y Rheolwr RA.
sign-in-store-happened = Nid atebodd cof y ddesg hon.
sign-in-store-safe = Ni newidiwyd dim.
sign-in-store-next = Tynnwch eich cerdyn allan a rhowch gynnig arall arni. Os yw'n aros, ffoniwch y ddesg gymorth.

privacy-title = Un funud, os gwelwch yn dda
privacy-text = Bydd yr asiant gyda chi yn fuan.
idle-title = Ydych chi yno o hyd?
idle-text = Ni phwyswyd unrhyw fysell ers tro. Ymhen munud bydd y ddesg yn ei chloi ei hun. Cedwir yr hyn a ddechreuwyd.
help-title = Cymorth
help-sign-in = Yma rydych yn mewngofnodi â'ch cerdyn eich hun. Cedwir ymweliadau a barciwyd a gellir mynd ymlaen â nhw ar ôl mewngofnodi.
help-set-up = Yma cofrestrir desg newydd â gwahoddiad o'r ganolfan, a gwneir cerdyn y Rheolwr RA cyntaf.
help-home = Rhowch gerdyn yn narllenydd y cwsmer ac mae'r ddesg yn dweud pwy biau ef, beth sydd o'i le arno a pha fysell sy'n ei drwsio. Heb gerdyn, dewiswch beth i'w wneud.
help-queue = Yr hyn y mae'r ddesg hon wedi'i gofnodi ac nad yw'r ganolfan wedi'i dderbyn eto. Nid oes dim yma yn mynd ar goll. Mae eitemau a wrthodwyd yn aros nes bod rhywun wedi edrych arnynt.
help-register = Cofrestrir person gam wrth gam: canfod, manylion, dogfennau, llun, telerau, gwirio. Gellir newid pob cam nes ei anfon.
help-issue = Ysgrifennir, argreffir a throsglwyddir cerdyn. Os bydd rhywbeth yn stopio, mae'r ddesg yn dweud a yw'r cerdyn yn ddiogel a sut i fynd ymlaen.
help-reset = Mae'r deiliad yn profi pwy ydyw ac yn dewis cod pas newydd. Nid oes neb arall yn ei weld.
help-cancel = Ni ellir byth ddefnyddio cerdyn a ganslwyd eto. Canslwch ar air y deiliad neu'r rheolwr yn unig.

key-sign-in = Mewngofnodi
key-last-try = Defnyddio'r cynnig olaf
key-set-up = Gosod cyntaf
key-close-help = Cau'r cymorth
key-go-on = Ymlaen
