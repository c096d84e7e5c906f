import { addDecimals } from '../../../kernel/money';
import {
  balanceOf,
  CreditSource,
  entriesOf,
  grantOf,
  LedgerAccount,
  mirrorOf,
  type Transfer,
  TransferKind,
} from './ledger';

const grant = grantOf({
  id: 'grt_a',
  source: CreditSource.PURCHASED,
  currency: 'USD',
  amountMinor: '9223372036854775807',
});
const burn: Transfer = {
  kind: TransferKind.BURN,
  debitAccount: LedgerAccount.CREDIT,
  creditAccount: LedgerAccount.REVENUE,
  grantId: 'grt_a',
  currency: 'USD',
  amount: '0.000000000001',
};
const charge: Transfer = {
  ...burn,
  kind: TransferKind.CHARGE,
  debitAccount: LedgerAccount.RECEIVABLE,
  grantId: null,
  amount: '12.34',
};

const sum = (transfers: readonly Transfer[]): string =>
  addDecimals('0', ...transfers.flatMap(entriesOf).map(({ amount }) => amount));

describe('the ledger', () => {
  it('sums to zero in every transfer, and so in all of them, whatever their amounts', () => {
    for (const transfer of [grant, burn, charge, mirrorOf(charge)]) expect(sum([transfer])).toBe('0');
    expect(sum([grant, burn, charge, mirrorOf(burn)])).toBe('0');
  });

  it('knows a balance as a sum, exact to the last place of a bigint and below the cent', () => {
    const credit = { account: LedgerAccount.CREDIT, currency: 'USD' };
    expect(balanceOf([grant, burn], credit)).toBe('9223372036854775806.999999999999');
    expect(balanceOf([grant, burn], { ...credit, grantId: 'grt_b' })).toBe('0');
    expect(balanceOf([grant, burn], { ...credit, currency: 'EUR' })).toBe('0');
  });

  it('leaves nothing of a transfer and its reversal on any account', () => {
    for (const account of Object.values(LedgerAccount)) {
      for (const transfer of [grant, burn, charge])
        expect(balanceOf([transfer, mirrorOf(transfer)], { account, currency: 'USD' })).toBe('0');
    }
  });
});
