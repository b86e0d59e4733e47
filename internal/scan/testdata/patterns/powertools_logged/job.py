from aws_lambda_powertools import Logger

logger = Logger()


@logger.inject_lambda_context(log_event=True)
def nightly(event, context):
    logger.info(event)
    return None
