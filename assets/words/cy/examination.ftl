# Archwilio dogfennau: y parth, y cwestiynau, gwerth y dystiolaeth

zone-text = Teipiwch neu sweipiwch y llinellau wrth droed y dudalen ffotograff, neu ar gefn y cerdyn.
zone-empty = Mae pasbort yn dechrau gyda P, cerdyn gydag I. Ar gyfer < teipiwch ddot neu fwlch; y tu ôl i'r enwau mae Enter yn llenwi'r llinell.
zone-passes = Cywir hyd yn hyn: { $list }
zone-fails = Ddim yn gywir, cymharwch arwydd wrth arwydd: { $list }
zone-by-eye = Cymharwch â'r llygad, nid oes digid gwirio i'r rhain: { $list }
zone-good = Mae'r parth yn gywir. Mae Enter yn mynd ymlaen.
zone-slip = ai { $instead } yw { $read } yma?
zone-not-a-sign = Nid oes parth yn dal yr arwydd hwn: dim ond A i Z, 0 i 9 a <.
zone-not-a-type = Nid oes dogfen yn dechrau gyda'r arwydd hwn. Mae pasbort yn dechrau gyda P, cardiau gydag I, A neu C.
zone-full = Mae'r llinell yn llawn.
zone-incomplete = Mae rhai arwyddion ar goll o hyd. Mae F4 yn teipio'r meysydd yn lle hynny.
zone-no-zone = Nid parth cyfan mo hwn. Sweipiwch eto, neu teipiwch ef.
zone-not-valid = Nid yw rhywbeth yn gywir: gweler uchod. Cymharwch arwydd wrth arwydd, neu F4 i deipio'r meysydd yn lle hynny.
zone-not-now = Sweipiwyd parth, ac ni ofynnir am ddogfen yma: ni newidiwyd dim.
zone-other-kind = Yn ôl ei barth dyma'r math hwn o ddogfen.
zone-visa = Nid dogfen adnabod yw fisa yma. Gofynnwch am y pasbort.
zone-field-document-type = math
zone-field-issuing-country = gwlad gyhoeddi
zone-field-document-number = rhif
zone-field-name = enwau
zone-field-nationality = cenedligrwydd
zone-field-date-of-birth = dyddiad geni
zone-field-sex = yr arwydd ar ôl y dyddiad geni
zone-field-date-of-expiry = diwrnod olaf
zone-field-personal-number = rhif dewisol
zone-field-optional-data-1 = maes dewisol
zone-field-optional-data-2 = ail faes dewisol
zone-field-composite = y digid olaf dros y cyfan
zone-warning-specimen-country = Sbesimen, nid dogfen: dim ond demo sy'n ei dderbyn.
zone-warning-specimen-number = Rhif sbesimen cyhoeddedig: dim ond demo sy'n ei dderbyn.
zone-warning-specimen-name = Enw sbesimen cyhoeddedig: edrychwch eto ar y ddogfen.
zone-warning-old-state = Hen god gwladwriaeth: edrychwch eto ar y ddogfen.
zone-warning-unknown-state = Nid oes gan yr un wladwriaeth y cod hwn: edrychwch eto ar y ddogfen.
zone-warning-expired = Mae wedi dod i ben.
zone-warning-expiry-too-far = Nid yw'r un ddogfen yn dda cyhyd: cymharwch ei diwrnod olaf.
zone-warning-date-unknown = Nid yw'n gwybod y dyddiad geni.
zone-warning-date-partly-unknown = Nid yw'n gwybod y dyddiad geni cyfan.
zone-warning-not-a-day = Nid yw dyddiad yn ddiwrnod o'r calendr.
zone-warning-not-a-date = Mae dyddiad yn dal arwydd nad yw'n ffigur.
zone-warning-century-open = Gallai'r dyddiad geni fod mewn dwy ganrif: cymharwch ef.
zone-warning-maybe-truncated = Mae'r enw'n llenwi ei faes: gall y diwedd fod wedi'i dorri.
zone-warning-name-missing = Nid oes enw.
zone-warning-one-name = Un enw yn unig, neu mae'r ddau lenwr rhwng yr enwau ar goll.
zone-warning-not-a-name = Mae'r enw'n dal arwydd nad yw mewn enwau.
zone-warning-sex-sign = Nid yw arwydd wrth ymyl y dyddiad geni yn gywir.
zone-warning-digit-missing = Mae digid gwirio ar goll.
zone-warning-long-number = Mae'r rhif yn mynd ymlaen yn y maes dewisol.

exam-done = Edrychwch ar y ddogfen: { $count } wedi'u gwneud
exam-original = Ai dyma'r gwreiddiol, yn eich llaw?
exam-original-online = Ai dyma'r dudalen swyddogol, wedi'i hagor gennych chi eich hun?
exam-name = A yw'n dwyn hyn yn union: { $name }, ganwyd { $birth }? Os nad oes dyddiad geni arni, cymharwch yr enw yn unig.
exam-control-number-end = Darllenwch yn ôl: teipiwch 3 arwydd olaf ei rhif fel y'u hargraffwyd arni.
exam-control-expiry-year = Darllenwch yn ôl: teipiwch y flwyddyn y daw i ben, 4 ffigur.
exam-control-date-day = Darllenwch yn ôl: teipiwch ddiwrnod y mis yn ei dyddiad, 2 ffigur.
exam-control-wrong = Nid dyna a deipiwyd o'r blaen: edrychwch eto ar y ddogfen
exam-control-typed = Nid yr hyn a ddarllenoch yn ôl yw'r hyn a deipiwyd. Cymharwch bob maes â'r ddogfen a'i deipio eto.
field-control = Fel y'i hargraffwyd


document-shown-text = Teipiwch yr enw a'r dyddiad geni fel y maent ar y ddogfen hon.
field-shown-given = Enwau cyntaf arni
field-shown-family = Cyfenw arni
field-shown-birth = Dyddiad geni arni
hint-shown-birth = diwrnod mis blwyddyn; gwag os nad oes un
document-needs-network = Dim ond ar-lein y gellir gweld hon, ac mae'r ddesg all-lein. Gofynnwch am ddogfen arall.
document-endorsed-photo = Dim dogfen gyda ffotograff: ffotograff wedi'i ardystio gan berson o safle
document-endorsed-begun = wedi'i ddechrau
document-manager = Nodwyd. Ewch ymlaen fel arfer; bydd rheolwr yn edrych ar yr ymweliad hwn cyn ei anfon.
document-counts-nonphoto = yn cyfrif fel dogfen bersonol heb ffotograff
document-refused = nid yw'n cyfrif
document-unknown = nid yw'n cyfrif eto: mae'r archwiliad yn gadael rhywbeth yn agored
document-unmet = nid yw'n cyfrif
register-manager-first = Rhaid i reolwr edrych ar yr ymweliad hwn yn gyntaf. Gadewch ef gydag F3; gall rheolwr ei gymryd drosodd yma.

panel-level = Tystiolaeth: { $level }
panel-met = Mae'r dogfennau hyn yn ddigon.
panel-lift = Byddai { $steps } yn ei gwneud yn { $level }.
panel-uniqueness = Ni wiriwyd yn y ganolfan a yw'r person hwn yn hysbys eisoes.
panel-no-policy = Nid oes gan y ddesg hon bolisi ar gyfer heddiw: cysylltwch hi â'r rhwydwaith.
level-none = dim lefel eto
level-low = ISEL
level-medium = CANOLIG
level-high = UCHEL
level-very-high = UCHEL IAWN

next-check = archwilio: { $kind }
next-check-machine-chip = darllen sglodyn: { $kind }
next-check-issuer-confirmed = gair cyhoeddwr: { $kind }
next-check-uv-response = golau uwchfioled ar: { $kind }
next-see-original = gwreiddiol: { $kind }
next-type = yr hyn sydd ar goll o: { $kind }
next-tick = tic mai'r un person ydyw
next-explain = eglurhad o'r hyn sy'n gwrth-ddweud
next-endorser = y cwestiynau am y ffotograff ardystiedig
next-go-online = y rhwydwaith
next-fraud-check = y gwiriad am dwyll hunaniaeth
next-trained-agent = asiant â hyfforddiant cyfredol ar gyfer: { $kind }
next-bring = dogfen arall
next-bring-photo = { $count ->
    [one] un gyda ffotograff
   *[other] { $count } gyda ffotograff
}
next-bring-address = { $count ->
    [one] rhywbeth gyda'r cyfeiriad
   *[other] { $count } gyda'r cyfeiriad
}
next-bring-nonphoto = { $count ->
    [one] dogfen bersonol megis tystysgrif geni
   *[other] { $count } dogfen bersonol megis tystysgrif geni
}
next-bring-photo-or-address = un arall gyda ffotograff neu'r cyfeiriad
next-bring-numbered = un â rhif y deiliad ei hun, megis pasbort neu drwydded
next-bring-endorsed-photo = ffotograff wedi'i ardystio gan berson o safle
next-fetch-policy = polisi'r diwrnod hwnnw o'r ganolfan

explain-title = Nid yw rhywbeth yn cytuno
explain-document = Dogfen
explain-shown = Ar y ddogfen
explain-details = Yn y manylion
explain-tick = Nid person arall yw blaenlythrennau, enw canol ar goll, sgript arall neu enw wedi'i dorri. Ai'r un person ydyw?
explain-by-document = Mae dogfen ar y rhestr yn dangos newid yr enw. Mae F2 yn ei chysylltu â hon.
explain-by-manager = Dywedwch mewn brawddeg pam mai'r un person yw hwn. Fe'i cedwir yn eich enw chi.
explain-nobody = Rhowch dystysgrif priodas neu weithred newid enw ar y rhestr os newidiwyd yr enw. Fel arall rhaid i reolwr ei egluro: gadewch yr ymweliad gydag F3, gall rheolwr ei gymryd drosodd yma.
error-reason = Dywedwch pam, mewn geiriau
field-reason = Rheswm

endorser-title = Ffotograff wedi'i ardystio gan berson o safle
endorser-text = Ar gyfer deiliad heb ddogfen â ffotograff: dwy ddogfen bersonol, dwy â'r cyfeiriad, a'r ffotograff hwn.
field-endorser-name = Enw'r ardystiwr
field-endorser-profession = Proffesiwn
field-endorser-contact = Sut y cawsoch afael arnynt
field-endorser-years = Blynyddoedd llawn y maent yn adnabod y deiliad
field-endorser-signed = Diwrnod y llofnod
hint-endorser-signed = diwrnod mis blwyddyn
error-endorser-empty = Ysgrifennwch ef: gofynnir amdano'n ddiweddarach
error-endorser-years = Nifer o flynyddoedd, megis 3
endorser-ask-profession = { $name }: a yw hwn yn broffesiwn cydnabyddedig, nawr neu cyn ymddeol?
endorser-ask-related = { $name }: yn perthyn i'r deiliad drwy waed neu briodas, neu mewn perthynas?
endorser-ask-same-address = { $name }: yn byw yng nghyfeiriad y deiliad?
endorser-ask-line-manager = { $name }: rheolwr llinell y deiliad?
endorser-ask-confirmed = A gawsoch afael ar { $name } eich hun, ac a ydynt yn dweud ei fod yn gywir?
endorser-ask-endorsement = A yw'r geiriau a'r llofnod ar gefn y ffotograff?
endorser-ask-likeness = A yw'r ffotograff yn dangos y deiliad sydd yma?

key-by-hand = Teipio'r meysydd
key-zone = Parth
key-accept-slip = Ei roi i mewn
key-as-expected = Ydy
key-not-as-expected = Nac ydy
key-cannot-tell = Methu dweud
key-same-person = Yr un person

hint-entered = diwrnod mis blwyddyn
