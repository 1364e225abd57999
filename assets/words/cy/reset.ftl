# Cod pas newydd: pwy ydyw, a beth os na ellir ei wneud

reset-title = Ailosod y cod pas
reset-likeness-title = Ai dyma'r person o'ch blaen?
reset-photo = Y llun sydd gan y ganolfan o'r deiliad
reset-photo-coming = mae'r llun ar ei ffordd o'r ganolfan
reset-photo-none = nid oes gan y ganolfan lun
reset-photo-fault = ni ellid nôl y llun
reset-likeness-again = Gadawyd yr ailosod hwn tra oedd y deiliad yn dewis cod pas. Edrychwch ar y deiliad eto cyn mynd ymlaen.
reset-looks-like = Ie, dyma'r person yn y llun
reset-two-documents = Nid yw'r llun o gymorth: mae dwy ddogfen yn cyd-fynd â'r cofnod
reset-manager-vouches = Nid yw'r llun o gymorth: mae rheolwr yn cadarnhau
reset-not-this-person = Na, rhywun arall yw hwn
reset-expired = Mae'r tystysgrifau ar y cerdyn hwn wedi dod i ben. Gellir ailosod y cod pas, ond rhaid cyfnewid y cerdyn cyn y bydd yn gweithio eto.

reset-documents-title = Pa ddwy ddogfen a welsoch?
reset-documents-text = Rhai gwreiddiol yn unig. Rhaid i'r ddwy gytuno â'r cofnod hwn; rhaid mai'r wyneb o'ch blaen sydd arnynt.
reset-fact-name = Enw
reset-fact-born = Ganwyd
reset-document-seen = wedi'i gweld, mae'n cyd-fynd
reset-document-passport = Pasbort
reset-document-driving-licence = Trwydded yrru, cerdyn llun
reset-document-residence-permit = Trwydded breswylio
reset-document-forces-id = Cerdyn adnabod y lluoedd
reset-document-birth-certificate = Tystysgrif geni neu fabwysiadu
reset-document-marriage-certificate = Tystysgrif priodas neu bartneriaeth sifil
reset-document-bank-statement = Cyfriflen banc neu gymdeithas adeiladu
reset-document-council-tax-bill = Bil y dreth gyngor
reset-document-utility-bill = Bil nwy, trydan, dŵr neu linell dir

reset-manager-title = Gofynnir am reolwr
reset-manager-text = Parcir yr ymweliad. Mae Rheolwr RA sy'n adnabod y deiliad, ac nad yw'n chi, yn mewngofnodi yma â'i gerdyn ei hun ac yn cadarnhau pwy ydyw yn ei enw ei hun.
reset-field-why = Pam nad yw'r llun o gymorth?
reset-field-why-hint = er enghraifft: golwg wedi newid yn fawr ar ôl salwch
reset-error-why = Dywedwch pam, mewn ychydig eiriau.
notice-waits-for-manager = Mae'r ymweliad yn aros am reolwr. Tynnwch eich cerdyn: mae'r rheolwr yn mewngofnodi yma â'i gerdyn ei hun ac yn mynd ymlaen ag ef.
reset-confirm-title = A ydych yn cadarnhau pwy yw'r deiliad, yn eich enw eich hun?
reset-confirm-text = Cadarnhewch dim ond yr hyn a wyddoch eich hun, gyda'r deiliad o'ch blaen. Eich cerdyn chi sy'n llofnodi dros y cod pas newydd.
reset-fact-work = Yn gweithio fel
reset-fact-why = Pam rheolwr

reset-not-this-title = Rhywun arall yw hwn
reset-not-this-text = Mae'r ymweliad yn dod i ben yma ac ni ryddheir dim. Gall fod rheswm gonest: cymysgu cardiau, neu gario cerdyn dros gydweithiwr.
reset-not-this-ask = Onid y person o'ch blaen yw deiliad y cerdyn hwn?
reset-stopped-title = Ni ryddhawyd dim
fault-reset-stopped-happened = Nid y person hwn yw deiliad y cerdyn. Fe'i cofnodwyd, gyda'r amser a'r ddesg hon.
fault-reset-stopped-safe = Mae'r cerdyn fel yr oedd: ni all neb ei ddefnyddio heb ei god pas. Mae ei ddeiliad yn ddiogel.
fault-reset-stopped-next = Cadwch y cerdyn, peidiwch â chyhuddo neb, a rhowch wybod i'r Rheolwr RA nawr.
reset-stopped-set-title = Mae'r ailosod yn gorffen yma
fault-reset-stopped-set-happened = Nid y person hwn yw deiliad y cerdyn. Fe'i cofnodwyd, gyda'r amser a'r ddesg hon.
fault-reset-stopped-set-safe = Y cod pas ar y cerdyn yw'r un a ddewisodd ei ddeiliad yma yn gynharach; nid oes neb arall wedi'i weld.
fault-reset-stopped-set-next = Cadwch y cerdyn, peidiwch â chyhuddo neb, a dywedwch wrth y Rheolwr RA nawr.

reset-contact-title = Gadael tasg: ffonnir y deiliad yn ôl
reset-contact-offline = Nid oes rhwydwaith. Dim ond pan ellir gofyn i'r ganolfan y gellir ailosod cod pas.
reset-contact-unknown = Ni allai'r ddesg ganfod cerdyn pwy yw hwn. Dim ond wedi i'r ganolfan ddweud hynny y gellir ailosod cod pas.
reset-contact-text = Mae'r cerdyn yn cadw. Cyn gynted ag y daw'r rhwydwaith yn ôl, â'r dasg hon i'r ganolfan a bydd rhywun yn ffonio'r deiliad.
reset-field-contact = Sut mae cael gafael ar y deiliad heddiw?
reset-field-contact-hint = rhif ffôn neu e-bost
reset-error-contact = Teipiwch rif ffôn neu gyfeiriad e-bost.
reset-called-back = Mae'r dasg wedi'i chadw ar y ddesg hon
reset-called-back-text = Mae'n mynd i'r ganolfan ohoni'i hun. Rhowch y cerdyn yn ôl i'r deiliad: nid oes dim arno wedi newid.
reset-phone = Os na all aros, mae'r ddesg wasanaeth yn ateb ar { $phone }.

fault-reset-spoilt-happened = Methodd y cerdyn hwn wrth gael ei wneud. Ni fu erioed yn gerdyn a weithiai.
fault-reset-spoilt-safe = Ni newidiwyd dim.
fault-reset-spoilt-next = Cadwch ef i'w ddinistrio. Os oes angen cerdyn ar y deiliad, cyhoeddwch un newydd.
fault-reset-old-series-happened = Nid yw cardiau'r gyfres hon yn gweithio yn unman bellach, felly ni fyddai cod pas newydd yn helpu.
fault-reset-old-series-safe = Ni newidiwyd dim. Mae cofnod y deiliad yn iawn.
fault-reset-old-series-next = Cyfnewidiwch ef: canslwch y cerdyn hwn, yna cyhoeddwch un newydd.
fault-reset-not-issued-happened = Ni roddwyd y cerdyn hwn i'w ddeiliad erioed: nid yw ei god pas yn eiddo i neb eto.
fault-reset-not-issued-safe = Ni newidiwyd dim.
fault-reset-not-issued-next = Ewch yn ôl a dewis "Mynd ymlaen â'r cerdyn hwn": mae'r deiliad yn dewis y cod pas wrth ei dderbyn.

reset-leave-title = Gadael yr ailosod hwn?
reset-leave-text = Nid oes dim wedi'i golli. Pwyswch Esc i fynd ymlaen ag ef.
reset-leave-parked = Ei adael wedi'i barcio: mynd ymlaen yn nes ymlaen, gyda'r un cerdyn a deiliad
reset-leave-end = Ei orffen: mae'r cod pas yn aros fel yr oedd
reset-end-touched = mae'r cerdyn yn cael ei newid; rhaid ei gwblhau
notice-reset-ended = Rhoddwyd y gorau i'r ailosod. Mae'r cod pas ar y cerdyn fel yr oedd.

reset-done-title = Mae'r cod pas wedi'i ailosod
reset-done = Mae cod pas newydd y deiliad ar y cerdyn ac wedi'i brofi yno.
reset-done-next = Rhowch y cerdyn yn ôl i'r deiliad. Gellir defnyddio'r cerdyn ar unwaith.
fault-reset-lost-set-happened = Mae'r cod pas newydd wedi'i osod ac yn gweithio, ond ni dderbyniodd y cerdyn ei allwedd ddatgloi newydd.
fault-reset-lost-set-safe = Gall y deiliad weithio gyda'r cerdyn hwn heddiw.
fault-reset-lost-set-next = Ni ellir byth ei ddatgloi eto: cyfnewidiwch ef yn fuan, cyn iddo gael ei gloi.

key-documents-match = Y ddwy yn cyd-fynd
key-not-this-person = Ie, rhywun arall
key-confirm-identity = Rwy'n cadarnhau
key-somebody-else = Rhywun arall
key-call-back = Galw'n ôl yn lle hynny
