/** English words that stand in any text and name no topic; with two letters or less they are no words here anyway. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  `about above after again against all also always and another any anybody anyone anything are aren around back because been before
  being below between both but came can cannot cant could couldn did didn does doesn doing don done down during each either else
  ever every everyone everything few for from further gave get gets getting give given gives goes going got had hadn has hasn have
  haven having hello her here hers herself him himself his how however into isn its itself just know let like made make makes
  making many may maybe might mine more most much must mustn myself need needs neither never nobody none nor not nothing now off
  often once one only onto other others our ours ourselves out over own per perhaps please put quite rather really said same
  say says see seem seems seen shall shan she should shouldn since some somebody someone something sometimes somewhat soon still
  such sure take takes than thank thanks that the their theirs them themselves then there therefore these they thing things
  think this those though through thus too took toward towards try trying two under until upon use used uses using very via
  want wanted wants was wasn way ways well went were weren what whatever when where whether which while who whole whom whose why
  will with within without won would wouldn yes yet you your yours yourself yourselves`.split(/\s+/u),
);
