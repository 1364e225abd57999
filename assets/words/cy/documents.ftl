# Dogfennau adnabod: eu henwau, beth maent yn ei brofi, beth sydd o'i le arnynt

document-list-title = Dogfennau adnabod
document-list-full = Nid oes angen rhagor o ddogfennau. Tynnwch un oddi ar y rhestr i roi un arall i mewn.
document-still-needed = angen o hyd: { $list }
document-met = Mae'r rhain yn ddigon.
document-missing-photo = un â llun
document-missing-address = rhywbeth â'r cyfeiriad
document-missing-more = { $count ->
    [one] un arall â llun neu'r cyfeiriad
   *[other] { $count } arall â llun neu'r cyfeiriad
}
document-missing-number = un â rhif y deiliad ei hun, megis pasbort neu drwydded
document-place = dogfen { $number } o { $total }
document-add = Ychwanegu dogfen
document-go-on = Mynd ymlaen â'r un a ddechreuwyd: { $kind }
document-enough = Mae'r rhain yn ddigon: mynd ymlaen
document-number = rhif { $number }
document-dated = dyddiedig { $date }
document-until = yn ddilys tan { $date }
document-number-kept = cedwir { $number }; teipiwch ef dim ond i'w newid
document-counts-photo = yn cyfrif fel dogfen â llun
document-counts-address = yn cyfrif fel prawf o gyfeiriad
document-counts-other = wedi'i chofnodi; nid yw'n cyfrif tuag at y tair
document-kind-title = Pa ddogfen?
document-kinds-more = Math arall
document-kinds-first = Yn ôl i'r mathau cyntaf
document-use-title = At beth y defnyddir y drwydded yrru?
document-use-photo = Fel y ddogfen â llun
document-use-address = Fel prawf o gyfeiriad
document-use-text = Mae'n cyfrif unwaith. Fel prawf o gyfeiriad rhaid iddi ddangos ble mae'r deiliad yn byw nawr.
document-seen-ask = A ydych wedi gweld y gwreiddiol a'i wirio eich hun?
document-seen-text = Teimlwch ef, gogwyddwch ef, cymharwch y llun a'r enw. Nid yw copi na llun ar ffôn yn wreiddiol.
document-not-seen = Mae ar y rhestr ac nid yw'n cyfrif: ni welwyd ei gwreiddiol. Agorwch hi eto pan fydd yn eich llaw.
document-remove-title = Tynnu'r ddogfen hon oddi ar y rhestr?
document-remove-ask = Collir yr hyn a deipiwyd amdani.

document-fault-kind = Ni ellir defnyddio'r math hwn at hyn: dewiswch un arall
document-fault-number-missing = Teipiwch y rhif sydd ar y ddogfen
document-fault-number-form = Nid felly yr ysgrifennir y rhif ar ddogfen o'r fath: cymharwch ef ffigur wrth ffigur
document-fault-issuer-missing = Teipiwch pwy a'i cyhoeddodd
document-fault-future = Mae'r dyddiad hwn eto i ddod: edrychwch ar y ddogfen eto
document-fault-old = Caiff fod yn { $months } mis oed ar y mwyaf: gofynnwch am un mwy diweddar
document-fault-expired = Mae wedi dod i ben: gofynnwch am ddogfen arall
document-fault-twice = Mae'r ddogfen hon ar y rhestr eisoes
document-fault-once = Mae trwydded yrru ar y rhestr eisoes, ac mae'n cyfrif unwaith
document-fault-provider = Mae prawf arall o gyfeiriad yn dod o'r un darparwr: gofynnwch am un gan rywun arall
document-fault-not-seen = nid yw'n cyfrif: ni welwyd y gwreiddiol

document-kind-uk_passport = Pasbort y DU
document-kind-uk_licence = Trwydded yrru cerdyn-llun y DU
document-kind-utility = Bil nwy, dŵr, trydan neu linell dir
document-kind-bank_stmt = Cyfriflen banc, cymdeithas adeiladu neu gerdyn credyd
document-kind-council_tax = Bil neu ddatganiad treth gyngor
document-kind-nonuk_passport = Pasbort gwlad arall
document-kind-evisa = eFisa, wedi'i dangos â chod rhannu
document-kind-brp = Trwydded breswylio fiometrig
document-kind-eea_idcard = Cerdyn adnabod gwlad AEE
document-kind-hm_forces = Cerdyn adnabod Lluoedd Arfog EM
document-kind-pass_card = Cerdyn prawf oedran â hologram PASS
document-kind-broadband = Bil band eang
document-kind-credit_union = Cyfriflen undeb credyd
document-kind-mortgage = Cyfriflen morgais
document-kind-tenancy = Cytundeb cyngor neu denantiaeth
document-kind-benefit = Llythyr budd-dal neu bensiwn
document-kind-hmrc_notice = Llythyr treth gan CThEF, nid P45 na P60
document-kind-electoral = Cadarnhad o'r gofrestr etholiadol
document-kind-paper_licence = Hen drwydded yrru bapur
document-kind-birth_full = Tystysgrif geni lawn
document-kind-marriage = Tystysgrif priodas neu bartneriaeth sifil
document-kind-deed_poll = Gweithred newid enw
document-kind-work_badge = Bathodyn staff neu sefydliad
document-kind-mobile_bill = Bil ffôn symudol
document-kind-bank_letter = Llythyr gan fanc
document-kind-photocopy = Llungopi neu lun o ddogfen

document-why-work_badge = Ni dderbynnir bathodyn staff byth: bu llai o wirio gan bwy bynnag a'i rhoddodd nag sydd raid i chi. Gofynnwch am basbort neu drwydded yrru.
document-why-mobile_bill = Ni dderbynnir bil ffôn symudol byth: nid oes angen llinell i dŷ ar ei gyfer. Gofynnwch am fil nwy, dŵr, trydan neu linell dir.
document-why-bank_letter = Ni dderbynnir llythyr gan fanc: gofynnwch am gyfriflen.
document-why-photocopy = Ni ellir gwirio copi. Gofynnwch am y gwreiddiol.
