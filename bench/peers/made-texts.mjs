// Sentences with made personal data of several countries, and sentences with numbers that are none, from a fixed seed.
import { allFakers } from '@faker-js/faker';

const LOCALES = ['en_US', 'en_GB', 'de', 'fr', 'es', 'it', 'pt_BR', 'nl', 'sv'];
const SEED = 20_261_129;
const EACH = 40;

const lines = [];
for (const locale of LOCALES) {
  const faker = allFakers[locale];
  faker.seed(SEED);
  const frame = (kind, value, ...frames) =>
    lines.push(faker.helpers.arrayElement(frames).replace('@', `{${kind}:${value}}`));
  for (let at = 0; at < EACH; at++) {
    frame('EMAIL', faker.internet.email(), 'Write to @ please.', 'my mail: @', 'I used @ when I signed up');
    frame(
      'PHONE',
      faker.phone.number({ style: 'international' }),
      'Call @ today.',
      'phone: @',
      'or @, after six',
    );
    frame(
      'PHONE',
      faker.phone.number({ style: 'national' }),
      'Call me at @ today.',
      'phone: @',
      'my mobile is @',
    );
    frame(
      'CARD',
      faker.finance.creditCardNumber({
        issuer: faker.helpers.arrayElement(['visa', 'mastercard', 'american_express', 'discover']),
      }),
      'I paid with @.',
      'card @ was declined',
    );
    frame('IBAN', faker.finance.iban({ formatted: at % 2 === 0 }), 'IBAN @', 'Please pay to @ by Monday.');
    frame(
      'IP_ADDRESS',
      at % 2 ? faker.internet.ipv4() : faker.internet.ipv6(),
      'from @',
      'the address @ is blocked',
    );
    frame(
      'NAME',
      faker.person.fullName({}).replace(/^(?:\S+\.|Herr|Frau)\s/, ''),
      'My name is @, and I like it.',
      'Dear @,\nthank you.',
    );
    lines.push(`The item ${faker.commerce.isbn()} costs ${faker.commerce.price()}.`);
    lines.push(
      `Id ${faker.string.uuid()}, commit ${faker.git.commitSha()}, version ${faker.system.semver()}.`,
    );
    lines.push(
      `On ${faker.date.past().toISOString()} order ${faker.string.numeric({ length: 10, allowLeadingZeros: false })} was sent to ${faker.location.city()}.`,
    );
    lines.push(
      `${faker.company.name()} sells ${faker.commerce.productName()} at ${faker.location.latitude()}, ${faker.location.longitude()}.`,
    );
    lines.push(faker.lorem.sentence());
    lines.push(
      `It is ${faker.number.int({ min: 1_000_000, max: 99_999_999 })} bytes, file ${faker.system.fileName()}, ${faker.vehicle.vin()}.`,
    );
  }
}
process.stdout.write(JSON.stringify(lines));
