import { decodeForm } from './form';

const plain = (encoded: string): unknown => JSON.parse(JSON.stringify(decodeForm(encoded)));

describe('a form', () => {
  it('nests by brackets, keeps lists in order and leaves values as text', () => {
    expect(plain('customer=cus_1&items[0][price]=p1&items[0][quantity]=2&items[1][price]=p2')).toEqual({
      customer: 'cus_1',
      items: { '0': { price: 'p1', quantity: '2' }, '1': { price: 'p2' } },
    });
  });

  it('numbers what stands in empty brackets', () => {
    expect(plain('expand[]=customer&expand[]=latest_invoice')).toEqual({
      expand: { '0': 'customer', '1': 'latest_invoice' },
    });
  });

  it('decodes what was encoded, in names and values', () => {
    expect(plain('metadata%5Ba%20key%5D=50%25+off')).toEqual({ metadata: { 'a key': '50% off' } });
  });

  it('gives a key like __proto__ no power', () => {
    decodeForm('__proto__[polluted]=yes&constructor[prototype][polluted]=yes');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('keeps a malformed key as it stands, to be refused by name', () => {
    expect(plain('items[0=x')).toEqual({ 'items[0': 'x' });
  });
});
