# Hafan, y cerdyn yn gyntaf

home-title = Beth ydych chi am ei wneud?
home-reading = Yn darllen y cerdyn
card-blank = Mae'r cerdyn hwn yn WAG
card-unknown = NID YW'R ganolfan yn adnabod y cerdyn hwn
card-not-piv = Nid cerdyn clyfar staff yw hwn
card-locked = Mae'r cerdyn hwn WEDI'I GLOI
card-good = Mae'r cerdyn hwn yn IAWN
card-unchanged = Nid oes dim ar y cerdyn hwn wedi newid.
card-uuid = UUID { $number }
card-brief = Cerdyn { $series }, sglodyn { $guid }
card-until = Tystysgrifau'n ddilys tan { $date }
card-seen = Gwelwyd ddiwethaf gan y ganolfan { $date }
card-from-cache = Ni ellir gofyn i'r ganolfan nawr. Dyma'r hyn a wyddai'r ddesg ddiwethaf.
holder-unknown = deiliad heb ei ganfod eto

choice-unlock = Datgloi: mae'r deiliad yn dewis cod pas newydd
choice-continue-card = Mynd ymlaen â'r cerdyn hwn
choice-cancel-this = Canslo'r cerdyn hwn am byth
choice-register = Canfod neu gofrestru person, cyhoeddi cerdyn
choice-cancel = Canslo cerdyn a gollwyd neu a ddygwyd
choice-queue = Edrych ar y ciw
choice-resume = Mynd ymlaen: { $job }, { $holder }, ers { $time }
job-register = cofrestru
job-issue = cerdyn
job-reset = ailosod cod pas
job-cancel = canslo

why-role = nid yw eich rôl yn caniatáu hyn
why-roster-expired = mae'r rhestr rolau ar y ddesg hon yn rhy hen
why-own-card = nid oes neb yn gwasanaethu ei gerdyn ei hun
why-unknown-card = nid yw'r ganolfan yn adnabod y cerdyn hwn
why-other-role = mae angen rôl arall

take-over-title = Cymryd ymweliad { $holder } drosodd?
take-over-text = Dechreuodd { $agent } ef am { $time }.
take-over-ask = Rydych yn derbyn pob gwiriad a wnaed hyd yma yn eich enw eich hun. Mae eich cerdyn yn ei lofnodi. Gellir gwneud unrhyw beth eto yn gyntaf.

notice-too-many-visits = Mae gormod o ymweliadau ar agor wrth y ddesg hon. Gorffennwch un yn gyntaf.
notice-not-taken-over = Ni chymerwyd yr ymweliad drosodd. Nid yw wedi newid.

key-take-over = Cymryd drosodd
key-read-again = Darllen eto
