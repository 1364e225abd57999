# Canslo cerdyn am byth

cancel-word = CANSLO
cancel-number-title = Canslo cerdyn nad yw yma
cancel-number-text = Gofynnwch i'r deiliad, neu i'r person sy'n rhoi gwybod, am 12 ffigur yr UUID.
cancel-looking = Yn gofyn i'r ganolfan cerdyn pwy yw hwnnw.
cancel-field-number = UUID ar y cerdyn
cancel-field-number-hint = 12 ffigur, gyda bylchau neu hebddynt
cancel-error-number = Mae gan UUID 12 ffigur. Gwiriwch ef.
cancel-error-own = Dyma'ch rhif eich hun. Gofynnwch i gydweithiwr.
cancel-error-already = Mae cerdyn y deiliad hwn eisoes wedi'i ganslo.
cancel-error-not-found = Nid oes gan y ganolfan gerdyn â'r rhif hwn. Gwiriwch ef ffigur wrth ffigur.
cancel-number-only = Ni allai'r ddesg ofyn cerdyn pwy yw hwn: dim ond y rhif sy'n hysbys. Darllenwch ef yn ôl i'r person sy'n rhoi gwybod.

cancel-reason-title = Pam mae'r cerdyn hwn yn cael ei ganslo?
cancel-reason-lost = Ar goll: ni ŵyr y deiliad ble mae
cancel-reason-stolen = Wedi'i ddwyn: mae rhywun arall wedi'i gymryd
cancel-reason-damaged = Wedi'i niweidio: mae wedi torri neu'n ddiffygiol
cancel-reason-spoilt = Wedi'i ddifetha: methodd wrth gael ei wneud
cancel-reason-superseded = Wedi'i ddisodli: mae wedi dod i ben, o hen gyfres neu ag enw blaenorol arno

cancel-note-title = Beth ddigwyddodd?
cancel-note-text = Yn fyr ac yn ffeithiol. Mae'r ganolfan yn ei gadw gyda'r canslo.
cancel-field-incident = Cyfeirnod y digwyddiad
cancel-field-incident-hint = gan yr heddlu neu'ch system ddigwyddiadau; os nad oes un eto, teipiwch: dim eto
cancel-field-note = Yr hyn a ddywedwyd
cancel-field-note-hint = gellir ei adael yn wag
cancel-error-incident = Mae angen cyfeirnod digwyddiad ar gyfer cerdyn a ddygwyd. Os nad oes un eto, teipiwch: dim eto

cancel-guard-title = Ai dyma'r cerdyn cywir?
cancel-for-ever = Nid yw cerdyn a ganslwyd byth yn dod yn ôl. Ni all neb ddadwneud hyn.
cancel-field-tail = 4 ffigur olaf yr UUID
cancel-field-word = Teipiwch y gair { $word }
cancel-error-tail = Nid dyma 4 ffigur olaf UUID y cerdyn hwn.
cancel-error-word = Teipiwch y gair { $word }, mewn priflythrennau.
cancel-fact-name = Enw
cancel-fact-work = Gwaith
cancel-fact-card = Cerdyn
cancel-fact-why = Rheswm
cancel-signing-title = Mae eich cerdyn eich hun yn llofnodi hyn
cancel-signing = Gadewch ef yn narllenydd yr asiant. Mae'n cymryd eiliad neu ddwy.

cancel-done-title = Mae'r cerdyn wedi'i ganslo
cancel-in-effect-since = Mewn grym ers { $time }. Ni all neb ei ddefnyddio bellach.
cancel-done-old = Os yw'r cerdyn yma, torrwch ef drwy'r sglodyn.
cancel-done-next = Os oes angen i'r deiliad weithio, cyhoeddwch gerdyn newydd nawr gydag N.
notice-cancel-in-effect = Mae'r canslo gan y ganolfan: mae mewn grym.
cancel-not-yet-title = NID MEWN GRYM ETO, FFONIWCH NAWR
cancel-phone = Mae'r cerdyn yn dal i weithio. Ffoniwch { $phone } nawr.
cancel-phone-say = Dywedwch: canslwch y cerdyn hwn, yr UUID uchod, a'ch enw eich hun. Peidiwch ag aros am y rhwydwaith.
cancel-stays = Fe'i cofnodwyd yma am { $time } ac mae'n mynd i'r ganolfan o flaen popeth arall. Bydd hyn yn aros ar y sgrin gyntaf nes y bydd gan y ganolfan.
cancel-refused-title = GWRTHODODD Y GANOLFAN Y CANSLO HWN
fault-cancel-refused-happened = Mae'r canslo gan y ganolfan ac ni weithredodd arno.
fault-cancel-refused-safe = Mae'r cerdyn yn dal i weithio.
fault-cancel-refused-next = Ffoniwch y ddesg wasanaeth nawr. Mae'r eitem yn aros yn y ciw.

key-new-card = Cerdyn newydd nawr
key-cancel-for-ever = Canslo am byth
