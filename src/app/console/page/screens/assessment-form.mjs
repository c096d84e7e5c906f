/** The questions by which a use of a model is assessed; its tier follows from the answers. The next assessment begins with those before. */
import { checkboxes, choice, everyPage, field, form, h } from '../dom.mjs';
import { editedList, orderKeys, tick } from '../edits.mjs';
import { words } from '../format.mjs';

const AREAS = [
  ['', 'none'],
  ['BIOMETRICS', '1: biometrics'],
  ['CRITICAL_INFRASTRUCTURE', '2: critical infrastructure'],
  ['EDUCATION', '3: education and vocational training'],
  ['EMPLOYMENT', '4: employment'],
  ['ESSENTIAL_SERVICES', '5: essential services, such as credit, insurance and benefits'],
  ['LAW_ENFORCEMENT', '6: law enforcement'],
  ['MIGRATION', '7: migration, asylum and border control'],
  ['JUSTICE', '8: justice and democratic processes'],
];
const ROLES = [
  ['', 'none: it may be a significant risk'],
  ['PROCEDURAL_TASK', 'does a narrow procedural task'],
  ['IMPROVES_HUMAN_WORK', 'improves what a person has already done'],
  ['DETECTS_PATTERNS', 'points at deviations, and replaces no judgement'],
  ['PREPARATORY_TASK', 'only prepares an assessment'],
];
const PRACTICES = [
  ['MANIPULATION', 'manipulates people so that they come to harm'],
  ['EXPLOITATION_OF_VULNERABILITY', 'exploits age, disability or a social situation'],
  ['SOCIAL_SCORING', 'scores people by social behaviour'],
  ['CRIME_PREDICTION_BY_PROFILING', 'predicts crimes by profiling alone'],
  ['FACE_SCRAPING', 'builds face databases by scraping'],
  ['EMOTION_AT_WORK_OR_SCHOOL', 'infers emotions at work or in education'],
  ['SENSITIVE_BIOMETRIC_CATEGORISATION', 'infers race, beliefs or orientation from biometrics'],
  ['REMOTE_BIOMETRIC_IDENTIFICATION', 'identifies people in public places for law enforcement'],
];
const DUTIES = [
  ['TALKS_WITH_PEOPLE', 'that they talk with an AI'],
  ['GENERATES_CONTENT', 'that a text or picture was made by AI'],
  ['RECOGNISES_EMOTION', 'that their emotions or biometric categories are recognised'],
  ['DEEP_FAKE', 'that pictures, sounds or public texts are artificial'],
];
/** The functions of the AI RMF (NIST AI 100-1). */
export const FUNCTIONS = {
  govern: 'Govern: who answers for it, by which rules',
  map: 'Map: in which context, for whom, with which benefits and costs',
  measure: 'Measure: by which figures it is watched',
  manage: 'Manage: what is done about risks, before and when they come true',
};

const long = (label, name, value, most, least) =>
  field(
    label,
    null,
    h(
      'textarea',
      { name, class: 'prose', required: least > 0, minlength: least || null, maxlength: most },
      value ?? '',
    ),
  );

/** @param before the assessment in force, with whose answers the form begins; null for the first of a use. */
export async function assessing({ api, before }) {
  const keyed = orderKeys();
  const models = before
    ? [before.model]
    : await everyPage(async (after) => (await api.ask('ModelNames', { after })).models);
  const risks = editedList({
    label: 'Harms that you see',
    add: 'Another harm',
    make: harm,
    first: before?.risks ?? [{}],
    most: 30,
  });
  const actions = editedList({ label: 'What is to be done', add: 'Another action', make: task, most: 50 });
  const { answers = {}, functions = {} } = before ?? {};
  return form({
    action: 'Record it',
    fields: [
      h(
        'div',
        { class: 'fields' },
        field(
          'Model',
          null,
          choice(
            'modelId',
            models.map(({ id, name }) => [id, name]),
          ),
        ),
        field('Use, in small letters, digits and dashes', {
          name: 'use',
          required: true,
          readonly: Boolean(before),
          value: before?.use ?? '',
        }),
        field('Area of Annex III', null, choice('area', AREAS, answers.area ?? '')),
        field(
          'Narrow role in that area, Article 6(3)',
          null,
          choice('narrowRole', ROLES, answers.narrowRole ?? ''),
        ),
        long('What it is used for', 'purpose', before?.purpose, 2000, 10),
        long('About whom it decides or speaks, and who else feels it', 'affected', before?.affected, 1000, 3),
      ),
      tick('profilesPeople', 'It evaluates personal aspects of people (profiling)', answers.profilesPeople),
      tick(
        'isSafetyComponent',
        'It is a safety component, or a product under Annex I',
        answers.isSafetyComponent,
      ),
      checkboxes('Prohibited practices that it is, Article 5', 'practices', PRACTICES, answers.practices),
      checkboxes('What people must be told, Article 50', 'duties', DUTIES, answers.duties),
      h(
        'div',
        { class: 'fields' },
        Object.entries(FUNCTIONS).map(([name, label]) => long(label, name, functions[name], 2000, 10)),
        long(
          'How people oversee it; a high risk needs it',
          'humanOversight',
          before?.humanOversight,
          2000,
          0,
        ),
      ),
      risks.element,
      actions.element,
      field('Assess anew until', { name: 'reviewBy', type: 'date', required: true }),
    ],
    submit: async (values, all) => {
      const { govern, map, measure, manage } = values;
      const order = {
        modelId: values.modelId,
        use: values.use,
        purpose: values.purpose,
        affected: values.affected,
        answers: {
          area: values.area || null,
          narrowRole: values.narrowRole || null,
          profilesPeople: 'profilesPeople' in values,
          isSafetyComponent: 'isSafetyComponent' in values,
          practices: all('practices'),
          duties: all('duties'),
        },
        functions: { govern, map, measure, manage },
        humanOversight: values.humanOversight || null,
        risks: risks.read(),
        actions: actions.read(),
        reviewBy: `${values.reviewBy}T00:00:00Z`,
        expectedNumber: before?.number ?? 0,
      };
      const { impactAssessment } = await api.act('ImpactAssessmentRecord', keyed(order));
      location.hash = `#/compliance/uses/${impactAssessment.id}`;
    },
  });
}

function harm({ harm: what = '', affects = '', likelihood, severity, mitigation = '' } = {}) {
  const inputs = {
    harm: h('input', { name: 'harm', required: true, minlength: 3, maxlength: 500, value: what }),
    affects: h('input', { name: 'affects', required: true, minlength: 3, maxlength: 200, value: affects }),
    likelihood: choice('likelihood', named(['RARE', 'POSSIBLE', 'LIKELY']), likelihood),
    severity: choice('severity', named(['MINOR', 'SERIOUS', 'SEVERE']), severity),
    mitigation: h('input', {
      name: 'mitigation',
      required: true,
      minlength: 3,
      maxlength: 1000,
      value: mitigation,
    }),
  };
  const labels = ['What may happen', 'To whom', 'How likely', 'How bad', 'What is done against it'];
  return rowOf(inputs, labels);
}

function task() {
  const inputs = {
    title: h('input', { name: 'title', required: true, minlength: 3, maxlength: 300 }),
    dueAt: h('input', { name: 'dueAt', type: 'date', required: true }),
  };
  const { fields, read } = rowOf(inputs, ['What', 'Until']);
  return { fields, read: () => ({ ...read(), dueAt: `${read().dueAt}T00:00:00Z` }) };
}

const named = (names) => names.map((name) => [name, words(name)]);

function rowOf(inputs, labels) {
  return {
    fields: Object.values(inputs).map((input, at) => field(labels[at], null, input)),
    read: () => Object.fromEntries(Object.entries(inputs).map(([name, { value }]) => [name, value])),
  };
}
