/** The words that people are asked with, new versions of them by staff, and whether somebody agreed to earlier ones. */
import { Arg, Ctx, Field, FieldResolver, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { MutationPayload, Needs, type RequestContext } from '../../../platform/graphql';
import { Can, Public } from '../../identity';
import { ConsentPurpose, needsConsent } from '../consent-purpose';
import { ConsentState } from '../consent-state.entity';
import type { PrivacyLoaders } from '../privacy.loader';
import { ConsentText } from './consent-text.entity';
import { ConsentTextPublishInput } from './consent-text.input';
import { type ConsentTextService, SERVICE_TEXT, textKey } from './consent-text.service';

@ObjectType({ description: 'The version that was published.' })
class ConsentTextPublishPayload extends MutationPayload {
  @Field(() => ConsentText, { nullable: true, description: 'The version; null when there are errors.' })
  consentText?: ConsentText | null;
}

@Resolver()
export class ConsentTextResolver {
  constructor(private readonly texts: ConsentTextService) {}

  @Query(() => [ConsentText], { description: 'The present version of each consent text. Open to everyone.' })
  @Public()
  consentTexts(
    @Arg('purpose', () => ConsentPurpose, { nullable: true, description: 'Only of this purpose.' })
    purpose: ConsentPurpose | null | undefined,
    @Arg('language', () => String, {
      nullable: true,
      description: 'Only in this language, for example `en`.',
    })
    language: string | null | undefined,
    @Arg('earlier', () => Boolean, {
      defaultValue: false,
      description: 'Earlier versions too, newest first within purpose and language.',
    })
    earlier: boolean,
  ): Promise<ConsentText[]> {
    const filter = { purpose: purpose ?? undefined, language: language ?? undefined };
    return earlier ? this.texts.all(filter) : this.texts.present(filter);
  }

  @Mutation(() => ConsentTextPublishPayload, {
    nullable: true,
    description:
      'Publishes a new version of a consent text, with which people are asked from now on. What was agreed to before stands, under the words that were shown; `ConsentState.outdated` says whom to ask anew. Needs consent-text:publish. Event: consent-text.published. Costs nothing.',
  })
  @Can('consent-text:publish')
  async consentTextPublish(
    @Arg('input', () => ConsentTextPublishInput, { description: 'The whole text.' })
    input: ConsentTextPublishInput,
  ): Promise<ConsentTextPublishPayload> {
    return { consentText: await this.texts.publish(input), errors: [] };
  }
}

@Resolver(() => ConsentState)
export class ConsentStateResolver {
  constructor(private readonly loaders: PrivacyLoaders) {}

  @FieldResolver(() => ConsentText, {
    nullable: true,
    description: 'The text it is about; null when the person was never asked.',
  })
  @Needs('textId', 'purpose')
  async text(@Root() state: ConsentState, @Ctx() context: RequestContext): Promise<ConsentText | null> {
    if (state.textId) return this.loaders.consentTextById(context).load(state.textId);
    return needsConsent(state.purpose) ? null : this.loaders.presentConsentText(context).load(SERVICE_TEXT);
  }

  @FieldResolver(() => Boolean, {
    description:
      'Whether the person was asked with an earlier version of the text: what they said stands, and they may be asked anew.',
  })
  @Needs('textId')
  async outdated(@Root() { textId }: ConsentState, @Ctx() context: RequestContext): Promise<boolean> {
    if (!textId) return false;
    const shown = await this.loaders.consentTextById(context).load(textId);
    const present = shown && (await this.loaders.presentConsentText(context).load(textKey(shown)));
    return present !== null && present.id !== textId;
  }
}
