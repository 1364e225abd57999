# Y ciw

queue-title = Yn aros wrth y ddesg hon: { $events ->
    [one] 1 digwyddiad
   *[other] { $events } digwyddiad
}, { $photos ->
    [one] 1 llun
   *[other] { $photos } llun
}
queue-next-try = cynnig nesaf { $time }
queue-reading = Yn edrych.
queue-what = Beth
queue-since = Yn aros
queue-state = Ei sefyllfa
queue-empty = Nid oes dim yn aros. Mae'r ganolfan wedi derbyn popeth.
queue-waiting = yn aros am y rhwydwaith
queue-received = derbyniwyd gan y ganolfan
queue-awaiting-photo = derbyniwyd; mae ei lun ar ei ffordd
queue-void = derbyniwyd, heb effaith: roedd y cerdyn wedi'i ganslo
queue-stranded = WEDI'I GADW YMA'N UNIG, yn rhy fawr i'w anfon: ffoniwch y ddesg wasanaeth
queue-flagged = derbyniwyd; mae'r tîm cymorth yn edrych arno
queue-not-understood = derbyniwyd; nid yw'r ddesg hon yn deall yr hyn a ddywed y ganolfan amdano

event-session-started = mewngofnodi
event-session-ended = allgofnodi
event-register = person newydd
event-change-name = newid enw
event-write-intended = cerdyn ar fin cael ei ysgrifennu
event-card-written = cerdyn wedi'i ysgrifennu
event-print-intended = cerdyn ar fin cael ei argraffu
event-printed-good = cerdyn wedi'i argraffu
event-card-spoilt = cerdyn wedi'i ddifetha
event-reset-intended = cod pas ar fin cael ei ailosod
event-passcode-reset = cod pas wedi'i ailosod
event-handed-over = cerdyn wedi'i drosglwyddo
event-cancel = cerdyn wedi'i ganslo
event-call-back = ffonio'n ôl
event-taken-over = ymweliad wedi'i gymryd drosodd
event-visit-abandoned = ymweliad wedi dod i ben
event-carried = cadwyd o'r adeg cyn gosod y ddesg eto
event-unknown = rhywbeth mwy newydd na'r rhaglen hon

refused-possible-duplicate = GWRTHODWYD: mae rhywun tebyg wedi'i gofrestru eisoes
refused-maybe-here = GWRTHODWYD: wedi'i gofrestru eisoes, yn fwy na thebyg; chwiliwch eto a dywedwch pam mai rhywun arall ydyw
refused-document-in-use = GWRTHODWYD: mae rhif y ddogfen yn perthyn i berson arall
refused-evidence-not-met = GWRTHODWYD: nid yw'r dogfennau'n ddigon
refused-not-allowed = GWRTHODWYD: nid oedd rôl yr asiant yn ei ganiatáu
refused-bad-signature = GWRTHODWYD: nid yw llofnod yr asiant yn gywir
refused-content-differs = GWRTHODWYD: nid dyma'r hyn a lofnododd cerdyn yr asiant
refused-not-found = GWRTHODWYD: nid oes gan y ganolfan gerdyn na pherson o'r fath
refused-owned-by-esr = GWRTHODWYD: mae'r proffil yn perthyn i ESR, newidiwch ef yno
refused-record-changed = GWRTHODWYD: mae'r cofnod wedi newid ers hynny, chwiliwch am y person eto
refused-other = GWRTHODWYD am reswm nad yw'r ddesg hon yn ei ddeall

key-send-now = Anfon nawr
key-seen = Rwyf wedi gweld hyn
