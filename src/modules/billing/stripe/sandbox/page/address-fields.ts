/** Where a person lives, as checkout and portal ask for it: as much as taxes depend on. */
import { type Address, countryName } from '../tax/address-asked';
import { JURISDICTIONS } from '../tax/tax-table';
import { type Html, html } from './html';

/** Those of the table, and some in which nothing is collected. */
const COUNTRIES = [
  ...new Set([...JURISDICTIONS.map(({ country }) => country), 'BR', 'IN', 'KR', 'ZA']),
].sort();

export function addressFields(address: Address | null): Html {
  const { country, postal_code, state } = address ?? {};
  const options = COUNTRIES.map(
    (code) =>
      html`<option value="${code}" ${code === country ? html`selected` : null}>${countryName(code)}</option>`,
  );
  return html`<label class="field"
      >Country
      <select name="country">
        <option value="">Choose…</option>
        ${options}
      </select></label
    >
    <label class="field">Postal code <input name="postal_code" value="${postal_code}" /></label>
    <label class="field">State <input name="state" value="${state}" /></label>`;
}
