# Hafan, y cerdyn yn gyntaf

home-title = Beth ydych chi am ei wneud?
home-reading = Yn darllen y cerdyn
card-unchanged = Nid oes dim ar y cerdyn hwn wedi newid.
card-uuid = UUID { $number }
card-brief = Cerdyn { $series }, sglodyn { $guid }
card-until = Tystysgrifau'n ddilys tan { $date }
card-seen = Gwelwyd ddiwethaf gan y ganolfan { $date }
card-from-cache = Ni ellir gofyn i'r ganolfan nawr. Dyma'r hyn a wyddai'r ddesg ddiwethaf.
card-not-asked = Ni ellir gofyn i'r ganolfan nawr cerdyn pwy yw hwn. Yr hyn a welir yma yw'r hyn y mae'r cerdyn yn ei ddweud amdano'i hun.
card-says-name = Dywed y cerdyn: { $name }
card-chip = Sglodyn { $guid }
card-tries = Cynigion cod pas ar ôl: { $count }

# Beth yw'r cerdyn: y teitl, yna beth mae'n ei olygu a beth sy'n ei drwsio
finding-good = Mae'r cerdyn hwn yn IAWN
finding-good-means = Nid oes dim o'i le arno. Os yw'r cod pas wedi mynd yn angof, gall y deiliad ddewis un newydd.
finding-expires = Mae'r cerdyn hwn yn DOD I BEN YMHEN { $days ->
    [zero] 0 DIWRNOD
    [one] 1 DIWRNOD
    [two] 2 DDIWRNOD
   *[other] { $days } DIWRNOD
}
finding-expires-means = Mae'n gweithio tan hynny. Cyfnewidiwch ef cyn y diwrnod hwnnw, neu dewch yn ôl pan all y ddesg hon adnewyddu.
finding-expires-today = Mae'r cerdyn hwn yn DOD I BEN HEDDIW
finding-expires-today-means = Mae'n gweithio tan ddiwedd heddiw. Cyfnewidiwch ef.
finding-expired = Mae'r cerdyn hwn WEDI DOD I BEN
finding-expired-means = Mae ei dystysgrifau ar ben. Ni fydd cod pas newydd yn gwneud iddo weithio eto: cyfnewidiwch ef.
finding-locked = Mae'r cerdyn hwn WEDI'I GLOI
finding-locked-means = Bu'r cod pas yn anghywir yn rhy aml. Nid oes niwed i'r cerdyn: mae'r deiliad yn dewis cod pas newydd yma.
finding-locked-expired = Mae'r cerdyn hwn WEDI'I GLOI AC WEDI DOD I BEN
finding-locked-expired-means = Ni fydd cod pas newydd yn unig yn gwneud iddo weithio eto: mae ei dystysgrifau ar ben. Cyfnewidiwch ef.
finding-old-series = CYFRES { $series }: CYFNEWID YN UNIG
finding-old-series-means = Nid yw cardiau'r gyfres hon yn gweithio yn unman bellach. Ni ellir ei ddatgloi na'i adnewyddu: cyfnewidiwch ef.
finding-cancelled = Mae'r cerdyn hwn WEDI'I GANSLO
finding-cancelled-means = Nid yw cerdyn a ganslwyd byth yn dod yn ôl. Cadwch ef i'w ddinistrio; os oes angen cerdyn ar y deiliad, cyhoeddwch un newydd.
finding-spoilt = Mae'r cerdyn hwn WEDI'I DDIFETHA
finding-spoilt-means = Methodd wrth gael ei wneud. Cadwch ef i'w ddinistrio a chymerwch gerdyn gwag newydd.
finding-half-written = Mae'r cerdyn hwn WEDI'I HANNER YSGRIFENNU: cam { $step } o { $of }
finding-half-written-means = Dechreuodd y ddesg hon ei ysgrifennu heb orffen. Ewch ymlaen o'r lle y stopiodd: nid oes dim wedi'i golli.
finding-half-written-elsewhere = Mae'r cerdyn hwn WEDI'I HANNER YSGRIFENNU wrth ddesg arall
finding-half-written-elsewhere-means = Fe'i dechreuwyd ac nid oes yr un ddesg wedi dweud iddo gael ei orffen. Ewch ymlaen ag ef yma, neu ei ganslo.
finding-not-printed = WEDI'I YSGRIFENNU, HEB EI ARGRAFFU
finding-not-printed-means = Mae'r sglodyn wedi'i ysgrifennu ac yn ddiogel. Ewch ymlaen â'r argraffu.
finding-not-handed-over = WEDI'I ARGRAFFU, HEB EI ROI I'R DEILIAD
finding-not-handed-over-means = Mae'r cerdyn yn aros am ei ddeiliad. Ewch ymlaen â'r trosglwyddo pan fydd y deiliad yma.
finding-blank = GWAG, MEWN STOC
finding-blank-means = Cerdyn newydd o'n heiddo. Canfyddwch neu cofrestrwch y person, yna ei ysgrifennu.
finding-blank-not-stock = GWAG, NID MEWN STOC
finding-blank-not-stock-means = Nid yw'r ganolfan yn adnabod y cerdyn gwag hwn, neu mae wedi'i nodi ar gyfer cerdyn arall. Peidiwch â'i ysgrifennu: rhowch ef o'r neilltu i'r rheolwr stoc.
finding-blank-unknown = GWAG, stoc heb ei gwirio
finding-blank-unknown-means = Ni ellir dweud nawr ai ni biau ef. Gellir ei ysgrifennu ar ôl gofyn i'r ganolfan.
finding-not-piv = NID CERDYN STAFF
finding-not-piv-means = Gall fod yn gerdyn banc, yn fathodyn neu'n gerdyn system arall. Rhowch ef yn ôl; ni ellir gwneud dim ag ef yma.
finding-not-ours = NID UN O'N CARDIAU NI
finding-not-ours-means = Cerdyn clyfar cyhoeddwr arall. Rhaid i'w ddeiliad fynd at y cyhoeddwr hwnnw.
finding-other-environment = CERDYN { $environment }: nid i'r ddesg hon
finding-other-environment-means = Fe'i gwnaed at ddiben arall i'r hyn y mae'r ddesg hon yn gweithio iddo. Cadwch y ddau ar wahân a'i roi yn ôl.
finding-look-alike = NID YR HYN y mae'n ei ddweud yw'r cerdyn hwn
fault-look-alike-happened = Mae'r cerdyn hwn yn dangos hunaniaeth un o'n cardiau ni ac nid yw allwedd y cerdyn hwnnw ganddo. Copi ydyw, neu mae wedi torri.
fault-look-alike-safe = Ni roddwyd dim iddo ac ni newidiwyd dim arno. Mae'r cerdyn dilys, ble bynnag y mae, fel yr oedd.
fault-look-alike-next = Cadwch y cerdyn, peidiwch â chyhuddo neb, a dywedwch wrth y Rheolwr RA nawr.
finding-unreadable = NI ELLIR DARLLEN tystysgrif ar y cerdyn hwn
finding-unreadable-means = Mae niwed y tu mewn i'r cerdyn. Cyfnewidiwch ef.
finding-own = EICH CERDYN EICH HUN
finding-own-means = Nid oes neb yn gwasanaethu ei gerdyn ei hun. Gofynnwch i gydweithiwr. Os oeddech am fewngofnodi ag ef, yn narllenydd yr ASIANT y mae ei le.
finding-old-name = Nid yw'r ENW ar y cerdyn hwn yn GYFREDOL
finding-old-name-means = Mae enw arall gan ei ddeiliad ar gofnod bellach. Mae'r cerdyn yn gweithio nes ei gyfnewid: cyfnewidiwch ef.
finding-cancel-waits = CANSLO WEDI'I GOFNODI, NID MEWN GRYM ETO
finding-cancel-waits-means = Mae'r ddesg hon wedi cofnodi'r canslo ac nid yw gan y ganolfan eto. Mae'r cerdyn yn dal i weithio: cadwch ef yma.
why-cancel-waits = mae'r canslo ar ei ffordd
finding-unknown = ANHYSBYS I'R GANOLFAN
finding-unknown-means = Mae'n edrych fel cerdyn o'n heiddo, ond nid oes gan y ganolfan gofnod ohono. Ni ellir gwneud dim ag ef yma: cadwch ef a ffoniwch y ddesg wasanaeth.

# Beth sy'n bosibl
home-no-customer-reader = Nid oes darllenydd cwsmer. Hebddo gallwch o hyd gofrestru person, canslo cerdyn wrth ei rif ac edrych ar y ciw. I ddarllen, datgloi neu ysgrifennu cerdyn, cysylltwch yr ail ddarllenydd.
home-no-card-service = Nid yw gwasanaeth cardiau'r ddesg hon yn ateb. Gallwch o hyd gofrestru person, canslo cerdyn wrth ei rif ac edrych ar y ciw.
home-receipt-made = { $receipt }, { $holder }: COFRESTRWYD gan y ganolfan, UUID { $number }. Gellir ysgrifennu'r cerdyn nawr.
home-receipt-renamed = { $receipt }, { $holder }: mae'r ENW NEWYDD ar gofnod. Rhaid cyfnewid y cerdyn yn yr hen enw.
home-receipt-refused = { $receipt }, { $holder }. { $why }. Ni newidiwyd dim yn y ganolfan: ffoniwch y deiliad, a'i wneud eto.
home-receipt-flagged = { $receipt }, { $holder }: mae gan y ganolfan y cofnod ac nid yw mewn grym. Ffoniwch { $phone }.
home-cancel-waits = NID YW'R CANSLO ar gyfer { $holder } MEWN GRYM ETO. Os nad oes neb wedi ffonio eto: { $phone }.
choice-reset = Ailosod y cod pas: mae'r deiliad yn dewis un newydd
choice-call-back = Gadael tasg: ffonnir y deiliad yn ôl
choice-replace = Cyfnewid: canslo'r cerdyn hwn am byth, yna cyhoeddi un newydd
hint-offline-call-back = all-lein: ffonnir y deiliad yn ôl
hint-offline-phone = all-lein: ffoniwch hefyd
hint-needs-network = angen y rhwydwaith
hint-offline-receipt = all-lein: gyda derbynneb
holder-unknown = deiliad heb ei ganfod eto

choice-unlock = Datgloi: mae'r deiliad yn dewis cod pas newydd
choice-continue-card = Mynd ymlaen â'r cerdyn hwn
choice-cancel-this = Canslo'r cerdyn hwn am byth
choice-rename = Newid enw'r person hwn
choice-register = Canfod neu gofrestru person, cyhoeddi cerdyn
choice-cancel = Canslo cerdyn a gollwyd neu a ddygwyd
choice-queue = Edrych ar y ciw
choice-resume = Mynd ymlaen: { $job }, { $holder }, ers { $time }
job-register = cofrestru
job-rename = newid enw
job-issue = cerdyn
job-reset = ailosod cod pas
job-cancel = canslo

why-role = nid yw eich rôl yn caniatáu hyn
why-roster-expired = mae'r rhestr rolau ar y ddesg hon yn rhy hen
why-revocations-old = mae'r rhestr o gardiau a ganslwyd ar y ddesg hon yn rhy hen: cysylltwch hi â'r rhwydwaith
why-own-card = nid oes neb yn gwasanaethu ei gerdyn ei hun
why-unknown-card = nid yw'r ganolfan yn adnabod y cerdyn hwn
why-other-role = mae angen rôl arall
why-waits-for-manager = mae'n aros am Reolwr RA

take-over-title = Cymryd ymweliad { $holder } drosodd?
take-over-text = Dechreuodd { $agent } ef am { $time }.
take-over-ask = Rydych yn derbyn pob gwiriad a wnaed hyd yma yn eich enw eich hun. Mae eich cerdyn yn ei lofnodi. Gellir gwneud unrhyw beth eto yn gyntaf.

notice-too-many-visits = Mae gormod o ymweliadau ar agor wrth y ddesg hon. Gorffennwch un yn gyntaf.
notice-not-taken-over = Ni chymerwyd yr ymweliad drosodd. Nid yw wedi newid.

key-take-over = Cymryd drosodd
key-read-again = Darllen eto
