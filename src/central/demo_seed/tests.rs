use super::*;
use crate::central::embedded::start_demo;
use crate::central::store::PersonQuery;
use crate::central::system_clock;

fn artificial(seed: u64) -> Vec<u8> {
    [&[0xFF, 0xD8, 0xFF, 0xE0][..], &seed.to_be_bytes(), &[0xFF, 0xD9]].concat()
}

#[test]
fn the_demo_has_forty_people_agents_of_every_role_and_hard_names_that_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let running = start_demo(folder.path(), system_clock()).unwrap();
    let central = running.central();
    let seeded = seed(central, &artificial, factory_keys()).unwrap();
    assert_eq!(seeded.people.len(), 40);
    assert_eq!(seeded.agents.iter().map(|(_, role)| *role).collect::<Vec<_>>(), Role::ALL);
    assert!(seed(central, &artificial, factory_keys()).is_err());
    for (given, family) in
        [("sian", "wyn"), ("", "sukarno"), ("", "obrien ffoulkes"), ("olatunde", ""), ("", "الفارسي")]
    {
        let query =
            PersonQuery { given: Some(given.to_owned()), family: Some(family.to_owned()), ..PersonQuery::default() };
        assert!(!central.store.find_persons(&query).unwrap().is_empty(), "{given} {family}");
    }
}

#[test]
fn a_seeded_person_gets_a_grant_and_one_without_a_photo_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let running = start_demo(folder.path(), system_clock()).unwrap();
    let central = running.central();
    let seeded = seed(central, &artificial, factory_keys()).unwrap();
    let desk = central.invite_desk("desk 1", "Truro", &seeded.organisations[0].code).unwrap().desk;
    let (agent, _) = &seeded.agents[2];
    let grant = demo_grant(central, agent.id, desk, &CardWish::default()).unwrap();
    assert_eq!(grant.secrets.transport_pin.0, b"123456");
    assert_eq!(grant.secrets.puk.0.len(), 8);
    assert!(grant.terms.keys.iter().any(|(slot, _)| *slot == Slot::KeyManagement));
    let without = seeded.people.iter().find(|person| !person.has_photo).unwrap();
    let refused = demo_grant(central, without.id, desk, &CardWish::default()).err().unwrap();
    assert_eq!(refused.code, ProblemCode::AwaitingPhoto);
    demo_mark(central, grant.terms.card, CardStatus::Issued).unwrap();
    let again = demo_grant(central, agent.id, desk, &CardWish::default()).err().unwrap();
    assert_eq!(again.code, ProblemCode::AlreadyHasCard);
}

#[test]
fn a_card_can_be_made_that_expired_yesterday() {
    use crate::central::ca::CertDer;
    use x509_cert::builder::Builder;
    let folder = tempfile::tempdir().unwrap();
    let running = start_demo(folder.path(), system_clock()).unwrap();
    let central = running.central();
    let seeded = seed(central, &artificial, factory_keys()).unwrap();
    let desk = central.invite_desk("desk 1", "Truro", &seeded.organisations[0].code).unwrap().desk;
    let yesterday = central.now().london_day().yesterday().unwrap();
    let wish = CardWish { expires: Some(yesterday), ..CardWish::default() };
    let grant = demo_grant(central, seeded.people[0].id, desk, &wish).unwrap();
    let key = p256::ecdsa::SigningKey::from_slice(&[7; 32]).unwrap();
    let request = x509_cert::request::RequestBuilder::new("CN=card".parse().unwrap())
        .and_then(|builder| builder.build::<_, p256::ecdsa::DerSignature>(&key))
        .and_then(|request| Ok(der::Encode::to_der(&request)?))
        .unwrap();
    let der = demo_certificate(central, grant.terms.grant, Slot::Authentication, &request).unwrap();
    let read = CertDer::read(&der).unwrap();
    assert!(read.not_after < central.now() && read.not_before < read.not_after, "{read:?}");
}
