"""Events that Powertools' logger, or the handler itself, writes down whole."""
from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.logging import correlation_paths

logger = Logger()
tracer = Tracer()
app = APIGatewayRestResolver()


@app.get("/health")
def health():
    return {"status": "ok"}


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST, log_event=True)  # want sensitive-log
@tracer.capture_lambda_handler
def lambda_handler(event, context):
    return app.resolve(event, context)


@logger.inject_lambda_context(log_event=False)
def quiet_handler(event, context):
    logger.info("a request for %s", event.get("path"))
    return app.resolve(event, context)


@logger.inject_lambda_context
def loud_handler(event, context):
    logger.debug(event)  # want sensitive-log
    return app.resolve(event, context)
