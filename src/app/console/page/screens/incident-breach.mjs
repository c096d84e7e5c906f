/** A personal data breach: until when the authority is to know and what it was told (GDPR Art. 33), and the people concerned (Art. 34). */
import { choice, facts, field, form, h, panel, pill, unfold } from '../dom.mjs';
import { instant, left } from '../format.mjs';
import { who } from '../names.mjs';

/** @returns a pill where something is still to be done, and null where nothing is. */
export const authorityDue = (one) => dueIn(one, 'authority: ');

function dueIn({ authorityDeadlineAt, isAuthorityOverdue, authorityNotifiedAt }, who = '') {
  if (!authorityDeadlineAt || authorityNotifiedAt) return null;
  return isAuthorityOverdue
    ? pill(`${who}overdue`, 'bad')
    : pill(`${who}${left(authorityDeadlineAt)} left`, 'warn');
}

/**
 * @param names of those who recorded it.
 * @param wasTold whether customers were told of it.
 */
export function breachPanel({ api, found, names, mayChange, wasTold, reload }) {
  const { isPersonalDataBreach, authorityDeadlineAt, authorityNotifiedAt, authorityNotNeededReason } = found;
  const tell = async (input) => {
    await api.act('IncidentUpdate', input, { id: found.id });
    await reload();
  };
  return panel(
    'Personal data breach',
    facts(
      ['It is one', { true: 'yes', false: 'no' }[isPersonalDataBreach] ?? 'nobody judged that yet'],
      ['Somebody was aware of it', instant(found.becameAwareAt)],
      [
        'The authority is to know until',
        authorityDeadlineAt && [instant(authorityDeadlineAt), ' ', dueIn(found)],
      ],
      ['The authority was notified', authorityNotifiedAt && instant(authorityNotifiedAt)],
      ['Which, and its reference', found.authorityReference],
      ['Why late', found.authorityDelayReason],
      ['Recorded by', authorityNotifiedAt && who(names, found.authorityNotifiedBy)],
      ['Why it need not know', authorityNotNeededReason],
      ['Why no customer is concerned', found.customersNotConcernedReason],
      ['The people concerned', isPersonalDataBreach && peopleJudged(found)],
      ['Because', found.peopleNotificationReason],
      [
        'Judged',
        found.peopleJudgedAt && [instant(found.peopleJudgedAt), ', ', who(names, found.peopleJudgedBy)],
      ],
      ['They were told', found.peopleNotifiedAt && instant(found.peopleNotifiedAt)],
    ),
    mayChange && [
      judging(found, tell),
      isPersonalDataBreach && notified(found, tell),
      isPersonalDataBreach && !authorityNotifiedAt && needless(found, tell),
      isPersonalDataBreach && [
        wasTold ? null : unconcerned(found, tell),
        judgingPeople(found, tell),
        IS_TOLD.includes(found.peopleNotification) && peopleTold(found, tell),
      ],
    ],
  );
}

export const breachChoice = (chosen) =>
  field(
    'Is it a personal data breach?',
    null,
    choice(
      'isPersonalDataBreach',
      [
        ['', 'not judged yet'],
        ['true', 'yes: the authority is to know within 72 hours'],
        ['false', 'no'],
      ],
      chosen === null ? '' : String(chosen),
    ),
  );

/** What a field for an instant says, taken for UTC as everything here is. */
export const utc = (text) => new Date(`${text}Z`).toISOString();

const judging = (found, tell) =>
  unfold(
    'Judge whether it is one',
    form({
      action: 'Judge it so',
      fields: [
        breachChoice(found.isPersonalDataBreach),
        field('Somebody was aware of it since, in UTC', {
          name: 'becameAwareAt',
          type: 'datetime-local',
          value: found.becameAwareAt.slice(0, 16),
        }),
      ],
      submit: async ({ isPersonalDataBreach: judged, becameAwareAt }) => {
        const input = {
          ...(judged !== '' && { isPersonalDataBreach: judged === 'true' }),
          ...(becameAwareAt &&
            becameAwareAt !== found.becameAwareAt.slice(0, 16) && { becameAwareAt: utc(becameAwareAt) }),
        };
        if (Object.keys(input).length === 0) throw new Error('Nothing would change.');
        await tell(input);
      },
    }),
  );

const notified = (found, tell) =>
  unfold(
    found.authorityNotifiedAt ? 'Correct what was recorded' : 'The authority was notified',
    form({
      action: 'Record it',
      fields: [
        h('p', { class: 'soft' }, 'This records it: nothing is sent to the authority from here.'),
        field('When, in UTC', {
          name: 'authorityNotifiedAt',
          type: 'datetime-local',
          required: true,
          value: found.authorityNotifiedAt?.slice(0, 16),
        }),
        field('Which authority, and its reference', {
          name: 'authorityReference',
          required: true,
          minlength: 3,
          maxlength: 200,
          value: found.authorityReference,
        }),
        field('After 72 hours: why late', {
          name: 'authorityDelayReason',
          minlength: 3,
          maxlength: 2000,
          value: found.authorityDelayReason,
        }),
      ],
      submit: ({ authorityNotifiedAt, authorityReference, authorityDelayReason }) =>
        tell({
          authorityNotifiedAt: utc(authorityNotifiedAt),
          authorityReference,
          ...(authorityDelayReason && { authorityDelayReason }),
        }),
    }),
  );

const needless = (found, tell) =>
  unfold(
    'The authority need not know',
    form({
      action: found.authorityNotNeededReason ? 'Change the reason' : 'Record why not',
      fields: field('Why the breach is unlikely to put people at risk', {
        name: 'authorityNotNeededReason',
        required: true,
        minlength: 3,
        maxlength: 2000,
        value: found.authorityNotNeededReason,
      }),
      submit: ({ authorityNotNeededReason }) => tell({ authorityNotNeededReason }),
    }),
  );

/** GDPR Art. 34, by its paragraphs. */
const JUDGEMENTS = {
  REQUIRED: 'have to be told: a high risk for them is likely',
  NO_HIGH_RISK: 'need not be told: a high risk is unlikely',
  PROTECTED: 'need not be told: the data were protected, such as encrypted (Art. 34(3)(a))',
  RISK_AVERTED: 'need not be told: what was done averts the high risk (Art. 34(3)(b))',
  DISPROPORTIONATE: 'are told in public: each would be out of proportion (Art. 34(3)(c))',
};
const IS_TOLD = ['REQUIRED', 'DISPROPORTIONATE'];

const peopleJudged = ({ peopleNotification }) =>
  JUDGEMENTS[peopleNotification] ?? 'nobody judged yet whether they have to be told';

const judgingPeople = (found, tell) =>
  unfold(
    'Judge whether the people have to be told',
    form({
      action: 'Judge it of the people',
      fields: [
        field(
          'The people concerned',
          null,
          choice('peopleNotification', Object.entries(JUDGEMENTS), found.peopleNotification ?? 'REQUIRED'),
        ),
        field('Why; needed where not each of them is told', {
          name: 'peopleNotificationReason',
          minlength: 3,
          maxlength: 2000,
          value: found.peopleNotificationReason,
        }),
      ],
      submit: ({ peopleNotification, peopleNotificationReason }) =>
        tell({ peopleNotification, ...(peopleNotificationReason && { peopleNotificationReason }) }),
    }),
  );

const peopleTold = (found, tell) =>
  unfold(
    'The people were told',
    form({
      action: 'Record when',
      fields: [
        h('p', { class: 'soft' }, 'This records it: nothing is sent to them from here.'),
        field('When, in UTC', {
          name: 'peopleNotifiedAt',
          type: 'datetime-local',
          required: true,
          value: found.peopleNotifiedAt?.slice(0, 16),
        }),
      ],
      submit: ({ peopleNotifiedAt }) => tell({ peopleNotifiedAt: utc(peopleNotifiedAt) }),
    }),
  );

const unconcerned = (found, tell) =>
  unfold(
    'No customer is concerned',
    form({
      action: 'Record why none is',
      fields: field('Why data of no customer’s people are concerned', {
        name: 'customersNotConcernedReason',
        required: true,
        minlength: 3,
        maxlength: 2000,
        value: found.customersNotConcernedReason,
      }),
      submit: ({ customersNotConcernedReason }) => tell({ customersNotConcernedReason }),
    }),
  );
