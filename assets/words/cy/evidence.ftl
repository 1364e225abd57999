# Tystiolaeth: beth a wirir ar ddogfen, beth sydd i'w wneud o hyd, beth sy'n gwrth-ddweud

check-see_condition = A yw'n gyfan: dim wedi'i blicio, ei dorri, ei ysgrifennu drosto na'i rwygo allan?
check-see_print = A yw'r print yn wastad ac yn glir, a'r llythrennau i gyd o'r un math?
check-see_signature = A yw wedi'i lofnodi?
check-see_statement = Ai cyfriflen yw hon, nid llythyr, gan fanc neu fenthyciwr yn y DU neu'r AEE?
check-see_plastic = Ai cerdyn plastig yw hwn, heb ddim wedi'i ysgrifennu â llaw arno?
check-see_sums = A yw'r ffigurau'n adio o'r hen falans i'r un newydd?
check-tilt_hologram = Gogwyddwch ef. A oes hologram, ac a yw'n symud ac yn newid lliw?
check-touch_raised = Teimlwch ef. A yw'r print a ddylai fod yn codi yn codi?
check-see_watermark = Daliwch ef yn erbyn y golau. A oes dyfrnod?
check-magnify_microprint = O dan y chwyddwydr, ai llythrennau y gellir eu darllen yw'r llinellau mân?
check-uv_response = O dan y lamp UV, a yw'r papur yn aros yn bŵl a dim ond y patrwm yn tywynnu?
check-machine_mrz = A yw pob digid gwirio yn y ddwy neu'r tair llinell yn cytuno?
check-machine_number = A yw rhif y drwydded yn cytuno â'r enw a'r dyddiad geni?
check-machine_chip = A yw'r sglodyn yn ateb, ac a ymddiriedir yn ei gyhoeddwr?
check-lost_list = A yw ei rif yn absennol o bob rhestr o ddogfennau coll neu wedi'u dwyn?
check-share_code = A yw gwasanaeth y llywodraeth yn dangos y person hwn ar gyfer y cod rhannu a'r dyddiad geni?
check-issuer_confirmed = A yw'r sawl a'i cyhoeddodd yn ei gadarnhau?
check-print_verified = A gymharwyd y print â'r cyfrif ar lein?
check-print_approved = A yw rheolwr wedi cymeradwyo'r print hwn?
check-compare_photo = Ai'r person yn y llun yw'r person o'ch blaen?
check-compare_print = A yw'r enw, y dyddiad geni a'r rhif yn cytuno ble bynnag maent arno?
check-compare_address = Ai'r cyfeiriad arno yw'r un a roddodd y deiliad?

contradiction-birth_date = Mae'r dyddiad geni arni yn wahanol
contradiction-name = Mae'r enw arni yn wahanol
contradiction-name_form = Mae'r enw arni wedi'i ysgrifennu'n wahanol
contradiction-number = Mae ei rhif yn perthyn i berson arall
contradiction-likeness = Nid yw'r llun arni yn debyg i'r deiliad
contradiction-fraud_match = Mae'r hunaniaeth ar restr twyll
contradiction-incident = Canfu gwiriad rywbeth o'i le: bydd rheolwr yn edrych arno

combination-A = Dwy ddogfen â llun, un â'r cyfeiriad
combination-B = Un ddogfen â llun, dwy â'r cyfeiriad
combination-C = Dim hunaniaeth â llun: dwy ddogfen bersonol, dwy â'r cyfeiriad, a llun wedi'i ardystio
